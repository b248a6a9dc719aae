"""Plans: from two states to ordered statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from pggit.core import tree
from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.identity import split_name
from pggit.core.results import Change
from pggit.core.state import State
from pggit.kinds import Object, kind_of_key, valid, write
from pggit.plan.action import Action, Scene, Size
from pggit.plan.build import Actions
from pggit.plan.effects import effects
from pggit.plan.ignore import Ignore
from pggit.plan.implied import implied
from pggit.plan.live import Measure
from pggit.plan.model import Hazard, Plan, Statement
from pggit.plan.online import online
from pggit.plan.order import Graph, open_ring
from pggit.plan.references import REMARKS, References, remark_target, still_hidden
from pggit.plan.renamed import Rename
from pggit.plan.renames import Choose, find, statements
from pggit.plan.together import together

Test = Callable[[str, str], bool]

BY_BARE_NAMES = ("view ", "materialized view ", "function ", "procedure ", "rule ")
"""What names a column without its table."""
_ROUNDS = 20
_NOTHING = Ignore(())


def always(old: str, new: str) -> bool:
    """Take everything that looks like a rename for one."""
    return True


def make_plan(
    a: State,
    b: State,
    *,
    major: int,
    source: str = "",
    target: str = "",
    measure: Measure | None = None,
    only: Test | None = None,
    hidden: Iterable[tuple[str, str]] = (),
    role: str | None = None,
    optional: bool = False,
    online: bool = False,
    ignore: Ignore = _NOTHING,
    rename: Iterable[tuple[str, str]] = (),
    choose: Choose | None = always,
) -> Plan:
    """Return the statements that turn one state into another, in order.

    Args:
        a: the state before.
        b: the state after.
        major: major version of the server that the plan is for.
        source, target: what the states are called.
        measure: tells of tables of ``a`` how much they hold; without it they are taken to hold rows.
        only: called with (group, key); objects for which it is false are left as they are.
        hidden: pairs (object of ``a``, what it needs) that no definition shows.
        role: who will run the plan, if that is known.
        optional: whether roles and subscriptions are in the states.
        online: whether type changes that rewrite are made by a new column, a trigger and a backfill.
        ignore: what is left as it is.
        rename: (old, new) names of what is one object.
        choose: tells whether what seems to be a rename, (old key, new key), is one; None: nothing is.

    Raises:
        NotFound: ``rename`` names what did not go or come.
        InvalidDefinition: an object of either state is not what its kind says.
        Refused: some objects need each other in a ring that cannot be opened.
    """
    valid.check_changed(a, b)
    with valid.blamed(a, b):
        start, renames = find(a, b, rename, choose, major)
        counts = _both(only, ignore)
        changes = ignore.attributes(diff(start, b, only=counts))
        end = reached(start, changes)
        if role is not None:
            for group, key, definition in implied(start, b, changes, role):
                if not counts(group, key):
                    end.put(group, key, definition)
        scene = Scene(start, end, major, {}, online)
        hidden = [*hidden, *_users_of_columns(a, renames)]
        ordered, anew = order(changes, scene, _after(renames, hidden), role)
        if measure:
            scene.sizes = _measured(measure, ordered, renames)
        scene.anew = anew
        made = together([(action, _statements(action, scene)) for action in ordered], anew)
        from_hash, to_hash = tree.meanings(a, end)
        return Plan(
            source=source,
            target=target,
            from_hash=from_hash,
            to_hash=to_hash,
            major=major,
            optional=optional,
            role=role,
            statements=(*_renaming(renames, (a, start), b, major), *made),
            ignored=tuple(ignore.rules),
            notes=tuple(notes(start, b)),
            renames=tuple((one.old, one.new) for one in renames),
        )


def _both(only: Test | None, ignore: Ignore) -> Test:
    if only is None:
        return ignore.admits
    return lambda group, key: only(group, key) and ignore.admits(group, key)


def _renaming(renames: Iterable[Rename], ends: tuple[State, State], b: State, major: int) -> Iterator[Statement]:
    """Yield the statements that rename, each with the one that takes it back.

    Args:
        renames: in order.
        ends: the state before the first and after the last.
        b: the state to reach.
        major: major version of the server.
    """
    scenes = [Scene(state, b, major) for state in ends]
    for one in renames:
        scene = scenes[0] if one.group in ends[0].groups else scenes[1]
        kind, identity = kind_of_key(one.new)
        action = Action("rename", one.group, one.new, None, Object(kind, identity, {}))
        back = write.rename(one.new, one.old)
        forth = statements(one, ends[1], major)
        for sql in forth:
            found = effects(sql, action, scene)
            yield replace(found, reverse=back[0] if len(forth) == 1 else None)


def _users_of_columns(a: State, renames: Iterable[Rename]) -> list[tuple[str, str]]:
    """Return who used the columns that are renamed: a view's text names a column without its table."""
    back = {one.new: one.old for one in renames if one.is_head}
    columns = [_before(one, back) for one in renames if one.old.startswith("column ")]
    used = References(a).dependents(columns) if columns else {}
    return [(key, column) for key, found in used.items() for column in found if key.startswith(BY_BARE_NAMES)]


def _before(column: Rename, back: Mapping[str, str]) -> str:
    """Return the key of a column in the state before all renames."""
    table = back.get(column.group, column.group).split(" ", 1)[1]
    return f"column {table}.{split_name(kind_of_key(column.old)[1])[-1]}"


def _after(renames: Iterable[Rename], hidden: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return hidden dependencies by the names that objects have after the renames."""
    names = {one.old: one.new for one in renames}
    return [(names.get(one, one), names.get(other, other)) for one, other in hidden]


def _measured(measure: Measure, ordered: Iterable[Action], renames: Iterable[Rename]) -> Mapping[str, Size]:
    before = {one.new: one.old for one in renames}
    groups = {action.group for action in ordered}
    found = measure({before.get(group, group) for group in groups})
    return {group: found[before.get(group, group)] for group in groups if before.get(group, group) in found}


def notes(a: State, b: State) -> Iterator[str]:
    """Yield what differs and is not acted on: the order of columns; and what may be meant otherwise."""
    for group in sorted(a.groups.keys() & b.groups.keys()):
        before, after = a.groups[group].get(group), b.groups[group].get(group)
        if before == after or before is None or after is None:
            continue
        first, second = (state.definition(group, group).get("_columns", []) for state in (a, b))
        kept = [column for column in first if column in second]
        if kept + [column for column in second if column not in first] != second:
            yield f"columns of {group} will stand in another order than in the target"
    yield from _likely_renames(a, b)


def _likely_renames(a: State, b: State) -> Iterator[str]:
    """Yield pairs of tables that could be one, though they differ: only the user knows."""
    gone = [group for group in sorted(a.groups.keys() - b.groups.keys()) if group.startswith("table ")]
    come = [group for group in sorted(b.groups.keys() - a.groups.keys()) if group.startswith("table ")]
    columns_of = {new: _columns(b, new) for new in come} if gone else {}
    for old in gone:
        before = _columns(a, old)
        for new, after in columns_of.items():
            if len(before & after) * 2 > max(len(before), len(after)):
                pair = f"{old.partition(' ')[2]}={new.partition(' ')[2]}"
                yield f"{old} goes and {new} comes with much the same columns; if it is one: --rename {pair}"


def _columns(state: State, group: str) -> set[str]:
    """Return names and types of a table's columns."""
    keys = [key for key in state.groups[group] if key.startswith("column ")]
    return {f"{split_name(kind_of_key(key)[1])[-1]} {state.definition(group, key).get('type')}" for key in keys}


def order(
    changes: list[Change], scene: Scene, hidden: Iterable[tuple[str, str]], role: str | None
) -> tuple[list[Action], set[str]]:
    """Return the actions for these changes in order, and the keys of what is dropped and made again."""
    ordered, graph = ordered_graph(changes, scene, hidden, role)
    return ordered, graph.actions.anew.anew


def ordered_graph(
    changes: list[Change], scene: Scene, hidden: Iterable[tuple[str, str]], role: str | None
) -> tuple[list[Action], Graph]:
    """Return the actions for these changes in order, and which of them needs which.

    Rings are opened by making parts of objects apart.

    Raises:
        Refused: a ring cannot be opened.
    """
    hidden = list(hidden)
    before = References(scene.a, hidden)
    after = References(scene.b, still_hidden(hidden, before, scene.b))
    apart: set[str] = set()
    for _ in range(_ROUNDS):
        actions = Actions(changes, scene, before, after, apart, role)
        graph = Graph(actions)
        ordered, ring = graph.order()
        if not ring:
            return ordered, graph
        more = open_ring(actions, ring) - apart
        if not more:
            graph = Graph(actions, lenient=True)
            ordered, ring = graph.order()
            if not ring:
                return ordered, graph
            break
        apart |= more
    told = ", ".join(f"{actions.all[number].verb} {actions.all[number].key}" for number in ring)
    raise Refused(f"these need each other: {told}", hint="Make the change in two steps.")


def _statements(action: Action, scene: Scene) -> list[Statement]:
    statements = online(action, scene) or [effects(sql, action, scene) for sql in action.sql]
    if action.key in scene.anew and action.verb in ("drop", "replace") and statements:
        again = Hazard("recreate", f"{action.key} is dropped and made again")
        statements[0] = replace(statements[0], hazards=(*statements[0].hazards, again))
    return statements


def reached(a: State, changes: Iterable[Change]) -> State:
    """Return the state that changes lead to. With the head of a group all of it goes, also what does not count."""
    found = State({group: dict(members) for group, members in a.groups.items()}, dict(a.blobs), dict(a.meanings))
    for change in changes:
        if change.new is not None:
            found.put(change.group, change.key, dict(change.new))
        elif change.key == change.group:
            del found.groups[change.group]
        elif change.group in found.groups:
            found.groups[change.group].pop(change.key, None)
            _drop_remarks(found.groups[change.group], change.key)
            if not found.groups[change.group]:
                del found.groups[change.group]
    return found


def _drop_remarks(members: dict[str, str], key: str) -> None:
    """What hangs on a dropped child goes with it: a column's grants."""
    for member in [member for member in members if member.endswith(f" {key}")]:
        kind, identity = kind_of_key(member)
        if kind in REMARKS and remark_target(kind, identity) == key:
            del members[member]
