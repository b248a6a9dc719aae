"""Where in a directory the files of a state lie, and in which order they load."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pggit.core.identity import split_name, unquote
from pggit.kinds import kind_of_key
from pggit.kinds.ddl import before_parenthesis
from pggit.plan.action import Action
from pggit.plan.order import Graph, within
from pggit.plan.references import References
from pggit.work.rings import rings

_DATABASE = "database"
"""The folder of what is in no schema: schemas themselves, extensions, casts."""
_LONGEST = 60
_CONSTRAINTS = {"primary key": 0, "foreign key": 2}
_SIGNS = {
    "+": "plus", "-": "minus", "*": "times", "/": "slash", "<": "less", ">": "greater", "=": "equals", "~": "tilde",
    "!": "bang", "@": "at", "#": "hash", "%": "percent", "^": "caret", "&": "and", "|": "bar", "`": "tick",
    "?": "question",
}  # fmt: skip

Needs = Mapping[int, set[int]]


@dataclass(frozen=True, slots=True)
class Part:
    """What one file holds: the actions that make a group, or those of them that can only run later.

    Attributes:
        path: of the file, relative to the directory, with slashes.
        actions: in order.
    """

    path: str
    actions: tuple[Action, ...]


@lru_cache(maxsize=50_000)
def home(group: str) -> str:
    """Return the path, without suffix, of the file that makes a group: ``public/table/users``.

    It is made of letters, digits, ``_`` and ``-``. What differs in other characters only shares a file, and so do the
    overloads of a function.
    """
    kind, identity = kind_of_key(group)
    schema, name = _names(kind, identity)
    return "/".join((_safe(schema), kind.replace(" ", "_"), _safe(name)))


def _names(kind: str, identity: str) -> tuple[str, str]:
    bare = before_parenthesis(identity)
    if kind == "operator":
        schema, _, signs = bare.rpartition(".")
        return unquote(schema), "-".join(_SIGNS.get(sign, sign) for sign in signs)
    try:
        names = [unquote(part) for part in split_name(bare.split(" USING ")[0])]
    except ValueError:  # a cast, default privileges, a user mapping
        return _DATABASE, identity
    return (names[0], names[1]) if len(names) == 2 else (_DATABASE, names[-1])


def _safe(name: str) -> str:
    return re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFC", name)).strip("_")[:_LONGEST] or "_"


def _home(action: Action, after: References) -> str:
    """Return the path of the file that an action belongs in.

    Partitions are in the file of their table, because its indexes can only be made once they are there; that a column
    owns a sequence is said where the column is.
    """
    if action.kind == "sequence" and action.verb == "alter":
        column = f"column {action.object.definition.get('owned_by')}"
        return home(after.group_of.get(column, action.group))
    group = action.group
    while (parent := f"table {_partition_of(group, after)}") in after.state.groups:
        group = parent
    return home(group)


def _partition_of(group: str, after: References) -> str | None:
    if not group.startswith(("table ", "foreign table ")) or group not in after.state.groups:
        return None
    found: str | None = after.state.definition(group, group).get("partition_of")
    return found


def parts(graph: Graph, ordered: list[Action]) -> list[Part]:
    """Return the files in the order in which they load.

    A group is one file; where files need each other in a ring (foreign keys both ways), what closes the ring is in a
    further file of its group, ``users.later.sql``.

    Args:
        graph: which action needs which.
        ordered: the same actions in an order that runs.
    """
    place = {id(action): number for number, action in enumerate(ordered)}
    at = [place[id(action)] for action in graph.nodes]
    folded: dict[str, str] = {}
    homes = [_home(action, graph.actions.after) for action in ordered]
    for path in sorted(homes):  # file systems that do not tell case apart
        folded.setdefault(path.casefold(), path)
    homes = [folded[path.casefold()] for path in homes]
    hard, soft = ({at[n]: {at[m] for m in before} for n, before in edges.items()} for edges in (graph.hard, graph.soft))
    sets = list(_split(range(len(ordered)), hard, homes))
    found = []
    seen: dict[str, int] = defaultdict(int)
    for part in _in_order(sets, hard, soft):
        path = homes[part[0]]
        number = seen[path]
        seen[path] += 1
        later = ("", ".later")[number] if number < 2 else f".later{number}"
        found.append(Part(f"{path}{later}.sql", tuple(_as_read(part, ordered, hard))))
    return found


def _as_read(part: list[int], ordered: list[Action], hard: Needs) -> Iterator[Action]:
    """Yield the actions of a file as one reads them: group by group, primary keys first, foreign keys last."""
    first: dict[str, int] = {}
    for n in part:
        first.setdefault(ordered[n].group, n)

    def key(n: int) -> tuple[int, int, int, str, int]:
        action = ordered[n]
        return (
            first[action.group],
            within(action.kind),
            _CONSTRAINTS.get(str(action.object.definition.get("type")), 1),
            action.key,
            n,
        )

    inside = set(part)
    needed = {n: hard.get(n, set()) & inside for n in part}
    waiting: dict[int, list[int]] = defaultdict(list)
    for n, before in needed.items():
        for one in before:
            waiting[one].append(n)
    ready = [key(n) for n in part if not needed[n]]
    heapq.heapify(ready)
    while ready:
        done = heapq.heappop(ready)[-1]
        yield ordered[done]
        for n in waiting[done]:
            needed[n].discard(done)
            if not needed[n]:
                heapq.heappush(ready, key(n))


def _split(numbers: Iterable[int], hard: Needs, homes: list[str]) -> Iterator[list[int]]:
    """Yield actions by files, as many of a home in one file as can be without files needing each other in a ring."""
    pending = [sorted(numbers)]
    while pending:
        for ring in _of_homes(pending.pop(), hard, homes):
            if len({homes[n] for n in ring}) == 1:
                yield ring
                continue
            first = _first(ring, hard, homes)
            yield first
            pending.append(sorted(set(ring) - set(first)))


def _of_homes(numbers: list[int], hard: Needs, homes: list[str]) -> Iterator[list[int]]:
    """Yield the actions of homes that need each other in a ring together, of any other home by itself."""
    inside = set(numbers)
    members: dict[str, list[int]] = defaultdict(list)
    needs: dict[str, set[str]] = {}
    for n in numbers:
        members[homes[n]].append(n)
        needs.setdefault(homes[n], set()).update(homes[m] for m in hard.get(n, set()) & inside)
    for ring in rings(needs):
        yield sorted(n for path in ring for n in members[path])


def _first(ring: list[int], hard: Needs, homes: list[str]) -> list[int]:
    """Return what of one home needs no other home of the ring: of the home of which least is left for later."""
    inside = set(ring)
    waiting: set[int] = set()
    able: dict[str, list[int]] = defaultdict(list)
    left: dict[str, list[int]] = defaultdict(list)
    for n in ring:
        needed = hard.get(n, set()) & inside
        if any(homes[m] != homes[n] or m in waiting for m in needed):
            waiting.add(n)
            left[homes[n]].append(n)
        else:
            able[homes[n]].append(n)
    return min(able.items(), key=lambda item: (len(left[item[0]]), item[1][0]))[1]


def _in_order(sets: list[list[int]], hard: Needs, soft: Needs) -> Iterator[list[int]]:
    """Yield files in the order in which they load: as the planner has their first actions, where nothing needs another.

    What is only better before (a table that a function's body names) goes before where it can.
    """
    file_of = {n: number for number, part in enumerate(sets) for n in part}

    def between(edges: Needs) -> list[set[int]]:
        return [{file_of[m] for n in part for m in edges.get(n, ())} - {number} for number, part in enumerate(sets)]

    must, rather = between(hard), between(soft)
    needed = [set(a | b) for a, b in zip(must, rather, strict=True)]
    waiting: dict[int, set[int]] = defaultdict(set)
    for number, before in enumerate(needed):
        for one in before:
            waiting[one].add(number)
    ready = [(part[0], number) for number, part in enumerate(sets) if not needed[number]]
    heapq.heapify(ready)
    left = set(range(len(sets)))
    while left:
        number = heapq.heappop(ready)[1] if ready else _freed(left, must, sets)
        if number not in left:
            continue
        left.discard(number)
        yield sets[number]
        for other in waiting[number]:
            needed[other].discard(number)
            if not needed[other] and other in left:
                heapq.heappush(ready, (sets[other][0], other))


def _freed(left: set[int], must: list[set[int]], sets: list[list[int]]) -> int:
    return min((number for number in left if not must[number] & left), key=lambda number: sets[number][0])
