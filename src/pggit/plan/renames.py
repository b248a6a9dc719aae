"""Renames: what went and what came with the same definition, or what the user says is one object.

A rename is done first; the state before is then written as PostgreSQL would read it after the renames, and all else of
the plan starts from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from pggit.core.canonical import canonical
from pggit.core.diff import diff
from pggit.core.errors import NotFound, UsageError
from pggit.core.identity import split_name
from pggit.core.names import names
from pggit.core.results import Change
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds, write
from pggit.kinds.ddl import before_parenthesis
from pggit.kinds.range import along
from pggit.plan.order import names_of
from pggit.plan.references import REMARKS
from pggit.plan.renamed import Rename, renamed

_NAMED_AFTER = {"not_null": "name", "identity": "sequence"}
"""Keys of a column that hold a name where it is not the one that PostgreSQL would give."""
_BY_CHILDREN = ("table", "foreign table", "composite")
_BY_DEFINITION = ("enum", "domain", "range", "view", "materialized view", "function", "procedure", "schema")

Choose = Callable[[str, str], bool]


def find(
    a: State, b: State, asked: Iterable[tuple[str, str]], choose: Choose | None, major: int
) -> tuple[State, list[Rename]]:
    """Find renames: schemas first, then other heads of groups, then children.

    Args:
        a: the state before.
        b: the state after.
        asked: pairs of names (old, new) that the user says are one object.
        choose: called with (old key, new key) of what seems to be a rename; None: nothing is looked for.
        major: major version of the server.

    Returns:
        ``a`` as it reads once the renames are done, and the renames.

    Raises:
        NotFound: nothing that goes is called as the user says, or nothing that comes.
    """
    wanted = list(asked)
    renames: list[Rename] = []
    changes = diff(a, b)
    for pairs in (_schemas, _heads, _children):
        found = [pair for pair in _asked(changes, wanted) if _found_by(pair) is pairs]
        if choose:
            taken = {key for pair in found for key in (pair.old, pair.new)}
            alike = [pair for pair in pairs(a, b, changes) if not taken & {pair.old, pair.new}]
            # renames are done before all else: what still has the name has not gone yet
            names_before = {one for _, key in a.keys() for one in names_of(key)} if alike else set()
            found += [
                pair for pair in alike if not names_before & set(names_of(pair.new)) and choose(pair.old, pair.new)
            ]
        for rename in found:
            a = renamed(a, rename, major)
        if found:
            changes = diff(a, b)
        renames += found
    done = {(old, new) for old, new in wanted for r in renames if _called(r.old, old) and _called(r.new, new)}
    for old, new in wanted:
        if (old, new) not in done:
            raise NotFound(
                f"nothing was renamed from {old} to {new}",
                hint="The one must be in the first state only, the other in the second only, of one kind.",
            )
    return a, renames


def statements(rename: Rename, start: State, major: int) -> list[str]:
    """Return the statements that do a rename. A range takes along what PostgreSQL made with it.

    Args:
        rename: of `find`.
        start: the state after all renames, as `find` returns it.
        major: major version of the server.
    """
    sql = write.rename(rename.old, rename.new)
    if rename.new.startswith("range "):
        (_, old), (_, new) = kind_of_key(rename.old), kind_of_key(rename.new)
        for one, other in along(old, new, start.definition(rename.new, rename.new), major):
            sql += write.rename(one, other)
    return sql


def parse(written: Iterable[str]) -> list[tuple[str, str]]:
    """Read ``old=new`` pairs.

    Raises:
        UsageError: one has no ``=``.
    """
    pairs = []
    for one in written:
        old, equals, new = one.partition("=")
        if not (old and equals and new):
            raise UsageError(f"{one!r} is no OLD=NEW", hint="--rename public.users=public.clients")
        pairs.append((old.strip(), new.strip()))
    return pairs


def _found_by(rename: Rename) -> Callable[[State, State, Iterable[Change]], Iterator[Rename]]:
    if rename.old.startswith("schema "):
        return _schemas
    return _heads if rename.is_head else _children


def _called(key: str, written: str) -> bool:
    return written in (key, kind_of_key(key)[1]) or before_parenthesis(kind_of_key(key)[1]) == written


def _asked(changes: Iterable[Change], asked: Iterable[tuple[str, str]]) -> Iterator[Rename]:
    found = [change for change in changes if change.verb in ("create", "drop")]
    for old, new in asked:
        gone = [c for c in found if c.verb == "drop" and _called(c.key, old) and names(c.key, old)]
        come = [c for c in found if c.verb == "create" and _called(c.key, new)]
        for one in gone:
            for other in come:
                if kind_of_key(one.key)[0] == kind_of_key(other.key)[0] not in REMARKS:
                    yield Rename(one.group, one.key, other.key)


def _schemas(a: State, b: State, changes: Iterable[Change]) -> Iterator[Rename]:
    """Yield schemas that hold the same as one that went; what is in them then has the new name already."""
    return _heads(a, b, [change for change in changes if change.key.startswith("schema ")])


def _heads(a: State, b: State, changes: Iterable[Change]) -> Iterator[Rename]:
    """Yield groups of which exactly one went and one came that look the same but for their name."""
    gone: dict[tuple[str, str], list[str]] = defaultdict(list)
    come: dict[tuple[str, str], list[str]] = defaultdict(list)
    for change in changes:
        if change.key == change.group and change.verb in ("create", "drop"):
            state, into = (a, gone) if change.verb == "drop" else (b, come)
            if look := _look(state, change.key):
                into[kind_of_key(change.key)[0], look].append(change.key)
    for at, old in gone.items():
        new = come.get(at, [])
        if len(old) == len(new) == 1 and _has_room(a, old[0], new[0]):
            yield Rename(old[0], old[0], new[0])


def _has_room(a: State, old: str, new: str) -> bool:
    """Whether the new name is free now, and its schema is there: renames are done before all else."""
    kind, identity = kind_of_key(new)
    if kind == "schema":
        return True
    taken = {kind_of_key(group)[1] for group in a.groups if kind_of_key(group)[0] not in ("function", "procedure")}
    if kind in ("function", "procedure"):
        taken = {kind_of_key(group)[1] for group in a.groups}
    schema = split_name(before_parenthesis(identity))[0]
    moved = f"{schema}.{split_name(before_parenthesis(kind_of_key(old)[1]))[-1]}"
    return f"schema {schema}" in a.groups and identity not in taken and moved not in taken - {kind_of_key(old)[1]}


def _look(state: State, group: str) -> str | None:
    """Return what a group looks like but for its name; None where too little is there to tell."""
    kind, identity = kind_of_key(group)
    if kind in _BY_CHILDREN:
        columns = {}
        for key in state.groups[group]:
            if key.startswith(("column ", "attribute ")):
                bare = split_name(kind_of_key(key)[1])[-1]
                columns[bare] = {k: v for k, v in state.definition(group, key).items() if k in ("type", "generated")}
        return canonical(columns) if columns else None
    if kind == "schema":
        inside = [other for other in state.groups if kind_of_key(other)[1].startswith(f"{identity}.")]
        return canonical(sorted(other.replace(f" {identity}.", " .", 1) for other in inside)) if inside else None
    if kind in _BY_DEFINITION:
        arguments = identity[len(before_parenthesis(identity)) :]
        return arguments + state.blobs[state.groups[group][group]]
    return None


def _children(a: State, b: State, changes: Iterable[Change]) -> Iterator[Rename]:
    """Yield children of which exactly one with this definition went from a group and one came."""
    alike: dict[tuple[str, str, str], list[Change]] = defaultdict(list)
    for change in changes:
        kind = kind_of_key(change.key)[0]
        stays = change.group in a.groups and change.group in b.groups
        # an inherited column is renamed along with its parent's, and not otherwise
        told = change.verb == "drop" and change.old and change.old.get("inherited")
        if change.verb in ("create", "drop") and stays and kinds()[kind].renames and not told:
            alike[change.group, kind, _meaning(change)].append(change)
    for (group, _, _), pair in alike.items():
        if sorted(change.verb for change in pair) == ["create", "drop"]:
            new, old = sorted(pair, key=lambda change: change.verb)
            yield Rename(group, old.key, new.key)


def _meaning(change: Change) -> str:
    """Return what an object is but for its name, and for names that PostgreSQL made of it and that stay."""
    definition = change.new or change.old or {}
    meaning = {key: value for key, value in definition.items() if not key.startswith("_")}
    for key, name in _NAMED_AFTER.items():
        if isinstance(meaning.get(key), dict):
            meaning[key] = {k: v for k, v in meaning[key].items() if k != name} or True
    return canonical(meaning)
