"""One order for all actions: what is needed before what needs it, and else always the same one."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pggit.core.identity import split_name, split_on, unquote
from pggit.kinds import Object, kind_of_key
from pggit.kinds.ddl import before_parenthesis, name
from pggit.kinds.not_null import usual_name
from pggit.kinds.relation import relation_of
from pggit.plan import parents
from pggit.plan.action import Action
from pggit.plan.build import Actions
from pggit.plan.hollow import can_be_hollow
from pggit.plan.rebuild import partitions
from pggit.plan.references import REMARKS, remark_target

_ORDER = (
    "role", "role membership", "schema", "extension", "language", "access method", "collation", "shell type", "enum",
    "domain", "composite", "range", "base type", "foreign data wrapper", "server", "user mapping", "text search parser",
    "text search template", "text search dictionary", "text search configuration", "sequence", "function", "procedure",
    "aggregate", "cast", "operator", "operator family", "operator class", "conversion", "transform", "table",
    "foreign table", "view", "materialized view", "event trigger", "publication", "subscription", "role setting",
    "system catalog", "default acl",
)  # fmt: skip
"""Heads of groups in the order in which a reader expects them, where nothing else decides."""

_WITHIN = (
    "column", "attribute", "default", "constraint", "domain constraint", "index", "statistics", "trigger", "rule",
    "policy", "publication table", "publication schema", "owner", "acl", "comment", "security label",
)  # fmt: skip
_LAST_DROPPED = ("schema", "extension", "language", "role", "server", "foreign data wrapper", "access method")
_FIRST, _NEW, _AGAIN, _SLOW, _OLD, _RIGHTS, _END = range(7)
_BUILT = ("index", "constraint", "materialized view")
_DROPPED_LATE = (
    "table", "foreign table", "column", "index", "sequence", "view", "materialized view", "function", "procedure",
    "aggregate", "enum", "domain", "composite",
)  # fmt: skip
"""What is dropped when all else is done, so that nothing is lost by a plan that fails half-way."""

_RELATIONS = (
    "table", "view", "materialized view", "foreign table", "sequence", "index", "composite", "enum", "domain", "range",
    "base type", "shell type",
)  # fmt: skip
"""Kinds that share one space of names: relations and types (every relation has a row type)."""


class Graph:
    """Which action goes before which.

    Attributes:
        hard: action's number → numbers of those that must go before it.
        soft: the same, where it is only better so.

    Args:
        actions: what is to be ordered.
        lenient: whether references by a name that several objects have may be wrong.
    """

    def __init__(self, actions: Actions, *, lenient: bool = False) -> None:
        self.actions = actions
        self.lenient = lenient
        self.nodes = actions.all
        self._number = {id(action): number for number, action in enumerate(self.nodes)}
        self.hard: dict[int, set[int]] = defaultdict(set)
        self.soft: dict[int, set[int]] = defaultdict(set)
        for first, second in actions.edges:
            self._edge(first, second)
        self._of_references()
        self._of_owners()
        self._of_names()
        self._of_groups()
        self._of_parents()
        self._of_asides()

    def _edge(self, first: Action | None, second: Action | None, soft: bool = False) -> None:
        if first is None or second is None or first is second:
            return
        if id(first) not in self._number or id(second) not in self._number:
            return
        (self.soft if soft else self.hard)[self._number[id(second)]].add(self._number[id(first)])

    def _of_references(self) -> None:
        actions = self.actions
        for key, taking in actions.takes.items():
            if key in actions.before.group_of:
                self._of_taken(key, taking)
        for key, giving in actions.gives.items():
            if key in actions.after.group_of:
                self._of_given(key, giving)
            else:
                self._edge(actions.gives.get(self._target(key)), giving)
        for key, finish in actions.finishes.items():
            refs = actions.after.of(key)
            for ref in {key, *refs.hard, *refs.late}:
                self._edge(actions.gives.get(ref), finish)

    def _of_owners(self) -> None:
        """A sequence that a column owns has the owner of its table: that one's changes first, and brings it along."""
        actions = self.actions
        for key in actions.finishes.keys() | {key.removeprefix("owner ") for key in actions.gives}:
            if not key.startswith("sequence ") or key not in actions.after.group_of:
                continue
            own = actions.gives.get(f"owner {key}")
            for ref in actions.after.of(key).late:
                of_table = actions.gives.get(f"owner {actions.after.group_of.get(ref)}")
                if key in actions.before.group_of:  # a new one is nobody's before it is finished
                    self._edge(of_table, own)
                self._edge(of_table, actions.finishes.get(key))
            self._edge(own, actions.finishes.get(key))
        self._of_checked_rows()

    def _of_checked_rows(self) -> None:
        """Constraints and indexes are made with the rights of the table's owner, who has to own the partitions, too."""
        actions = self.actions
        owners = [
            key.removeprefix("owner ")
            for key in actions.gives
            if key.startswith(("owner table ", "owner materialized view "))
        ]
        owned: dict[str, list[Action]] = defaultdict(list)
        for group in owners:
            over: str | None = group
            while over in actions.after.state.groups:
                owned[over].append(actions.gives[f"owner {group}"])
                over = f"table {actions.after.state.definition(over, over).get('partition_of')}"
        for action in actions.all if owned else ():
            if action.kind in ("constraint", "index") and action.new is not None:
                for owner in owned.get(action.group, ()):
                    self._edge(owner, action)

    def _of_taken(self, key: str, taking: Action) -> None:
        """What needs something goes, or stops needing it, before that goes."""
        actions = self.actions
        refs = actions.before.of(key)
        if key in actions.emptied:
            emptying = actions.emptied[key]
            self._edge(emptying, taking)
            for ref in refs.hard:
                self._edge(emptying, self._taking(key, ref, taking))
            refs = actions.before.of_form(key, actions.hollow_before[key].definition)
        # a sequence that is owned goes with its owner; an index takes its marks along
        owned = key.startswith("sequence ") and taking.verb == "alter"
        for ref in refs.hard | (refs.late if owned else frozenset()):
            self._edge(taking, self._taking(key, ref, taking), soft=self.lenient and ref in refs.doubtful)

    def _of_given(self, key: str, giving: Action) -> None:
        """What is needed is there, or as it shall be, before what needs it."""
        actions = self.actions
        empty = actions.hollow_after.get(key)
        refs = actions.after.of_form(key, empty.definition) if empty else actions.after.of(key)
        for ref in refs.hard | (refs.late if giving.verb == "alter" else frozenset()):
            # to be there is enough for what belongs to it
            if ref != giving.group or actions.gives.get(ref, giving).verb == "create":
                self._edge(self._giving(ref, key), giving, soft=self.lenient and ref in refs.doubtful)
        for ref in refs.soft:
            self._edge(actions.gives.get(ref), giving, soft=True)

    def _taking(self, key: str, ref: str, by: Action) -> Action | None:
        """Return the action that takes what is needed; an alteration waits only for what is dropped."""
        found = self.actions.takes.get(ref)
        if found is not None and self.actions.kept.get(key) is found:
            return None
        if found is None or found.verb != "alter":
            return found
        # of another relation only what PostgreSQL refuses to alter while it is used
        waits = by.verb != "alter" and (by.group == found.group or ref in self.actions.anew.disturbing)
        return found if waits else None

    def _giving(self, ref: str, to: str) -> Action | None:
        """Return the action that gives what is needed; to a type's own functions its shell is enough."""
        shell = self.actions.shells.get(ref)
        return shell if shell and to in self.actions.after.of(ref).hard else self.actions.gives.get(ref)

    @staticmethod
    def _target(key: str) -> str:
        kind, identity = kind_of_key(key)
        return remark_target(kind, identity) or key

    def _of_names(self) -> None:
        """What goes makes room for what comes under its name."""
        taken: dict[str, list[Action]] = defaultdict(list)
        for key, action in self.actions.takes.items():
            if action.verb in ("drop", "replace") and key in self.actions.anew.gone:
                for taken_name in names_of(key):
                    taken[taken_name].append(self.actions.asides.get(action.key, action))
            for taken_name in _along(action.old, action.new):
                taken[taken_name].append(action)
        for key, action in self.actions.gives.items():
            names = list(names_of(key)) if action.verb in ("create", "replace") else []
            for wanted in [*names, *_along(action.new, action.old)]:
                for before in taken.get(wanted, ()):
                    self._edge(before, action)

    def _of_groups(self) -> None:
        """Partitions go before the indexes, keys and triggers of their parent, or are attached after them."""
        actions = self.actions
        by_group: dict[str, list[Action]] = defaultdict(list)
        for action in self.nodes:
            if action.verb in ("create", "replace"):
                by_group[action.group].append(action)
        for group, action in actions.gives.items():
            if group != action.group or action.verb != "create" or not group.startswith(("table ", "foreign table ")):
                continue
            attach = actions.attached.get(group)
            for part in partitions(actions.after, group) if attach else ():
                for child in by_group[part]:
                    if child.kind in ("index", "constraint"):  # without it those of the group are not valid yet
                        self._edge(child, attach)
            for parent in actions.after.parents(group):
                for child in by_group[parent]:
                    if attach is not None and child.kind in ("index", "constraint"):
                        self._edge(child, attach)  # which finds the partition's own to go with it
                    elif child.kind in ("index", "constraint", "trigger"):
                        self._edge(attach or action, child)

    def _of_parents(self) -> None:
        """A table leaves its old parents before all else, and joins its new ones after they and it changed."""
        for first, second in parents.edges(self.actions):
            self._edge(first, second)

    def _of_asides(self) -> None:
        """Old types: renamed, then the new one made, columns cast, and only then dropped."""
        actions = self.actions
        for key, renaming in actions.asides.items():
            if renaming.verb != "rename":
                continue
            drop = actions.takes[key]
            self._edge(renaming, actions.gives[key])
            self._edge(renaming, drop)
            for other, taking in actions.takes.items():
                if other not in actions.before.group_of or key not in actions.before.of(other).hard:
                    continue
                if taking is drop:
                    continue
                if taking.verb == "drop":
                    self._edge(taking, renaming)
                elif other in actions.anew.recast:
                    self._edge(renaming, taking)
                    self._edge(taking, drop)

    # -- the order --------------------------------------------------------------------------------------------------

    def order(self) -> tuple[list[Action], list[int]]:
        """Return the actions in order, and the numbers of those that wait for each other in a ring."""
        needed = {number: set(self.hard[number]) | self.soft[number] for number in range(len(self.nodes))}
        waiting: dict[int, set[int]] = defaultdict(set)
        for number, before in needed.items():
            for one in before:
                waiting[one].add(number)
        ready = [(self._at(number), number) for number, before in needed.items() if not before]
        heapq.heapify(ready)
        done: set[int] = set()
        ordered: list[Action] = []
        while len(done) < len(self.nodes):
            if not ready:
                freed = self._free(needed, done)
                if freed is None:
                    return ordered, self._ring(needed, done)
                heapq.heappush(ready, (self._at(freed), freed))
            _, number = heapq.heappop(ready)
            if number in done:
                continue
            done.add(number)
            ordered.append(self.nodes[number])
            for other in waiting[number]:
                needed[other].discard(number)
                if not needed[other] and other not in done:
                    heapq.heappush(ready, (self._at(other), other))
        return ordered, []

    def _at(self, number: int) -> tuple[int, int, str, int, str]:
        return _priority(self.nodes[number], self.actions.anew.anew)

    def _free(self, needed: dict[int, set[int]], done: set[int]) -> int | None:
        """Return the first action that waits only softly."""
        left = [n for n, before in needed.items() if n not in done and not (before & self.hard[n])]
        return min(left, key=self._at, default=None)

    def _ring(self, needed: dict[int, set[int]], done: set[int]) -> list[int]:
        """Return the actions of one ring, in the order in which each waits for the next."""
        left = {number: before & self.hard[number] for number, before in needed.items() if number not in done}
        at = min(left)
        path: list[int] = []
        while at not in path:
            path.append(at)
            at = min(left[at])
        return path[path.index(at) :]


def names_of(key: str) -> Iterator[str]:
    """Yield the names that an object takes, as far as no other may have them at the same time."""
    kind, identity = kind_of_key(key)
    yield key
    if kind in _RELATIONS:
        yield f"relation {identity}"
    elif kind in ("function", "procedure", "aggregate"):
        # not even under the same name with other arguments: calls could mean either
        yield f"routine {before_parenthesis(identity)}"
    elif kind == "constraint":
        constraint, table = split_on(identity)
        yield f"relation {'.'.join([*split_name(table)[:-1], constraint])}"


def _along(having: Object | None, lacking: Object | None) -> Iterator[str]:
    """Yield the names that a column takes along, where the one has them and the other has not."""
    yield from _sequence(having, lacking)
    named = _not_null(having) if having is not None and having.kind == "column" else None
    if named is not None and (lacking is None or _not_null(lacking) != named):
        yield named


def _not_null(column: Object) -> str | None:
    """Return the key that a column's NOT NULL would have as a constraint (which it is since 18)."""
    told = column.definition.get("not_null")
    if not told:
        return None
    table, bare = relation_of(column.identity)
    constraint = told["name"] if isinstance(told, dict) else usual_name(table, unquote(bare))
    return f"constraint {name(constraint)} on {table}"


def _sequence(having: Object | None, lacking: Object | None) -> Iterator[str]:
    """Yield the name of the sequence of an identity column, where the one has an identity and the other has none."""
    if having is None or having.kind != "column" or "identity" not in having.definition:
        return
    if lacking is not None and "identity" in lacking.definition:
        return
    schema, table, column = map(unquote, split_name(having.identity))
    usual = ".".join(map(name, (schema, f"{table}_{column}_seq")))
    yield f"relation {having.definition['identity'].get('sequence', usual)}"


def _priority(action: Action, anew: Collection[str]) -> tuple[int, int, str, int, str]:
    """What comes first where nothing else decides.

    New things; then what is dropped and made again, all at once; then what takes long; then what is needed no more.
    """
    kind = action.kind
    head = kind_of_key(action.group)[0]
    group = _ORDER.index(head) if head in _ORDER else len(_ORDER)
    if kind == "default acl":
        phase = _RIGHTS
    elif action.key in anew or action.verb == "rename":
        phase = _AGAIN
    elif action.verb == "drop":
        phase = _drop_phase(action, head)
    else:
        phase = _SLOW if kind in _BUILT and action.verb != "alter" else _NEW
    if action.verb in ("drop", "rename"):
        return phase, -group, action.group, -within(kind), action.key
    return phase, group, action.group, within(kind), action.key


def _drop_phase(action: Action, head: str) -> int:
    if head in _LAST_DROPPED and action.key == action.group:
        return _END
    if action.kind not in _DROPPED_LATE:
        return _FIRST
    # a partition may have to make room for another
    return _FIRST if action.old is not None and "partition_of" in action.old.definition else _OLD


def within(kind: str) -> int:
    """Return where in its group an object of a kind stands, for who reads; 0 is the head."""
    return _WITHIN.index(kind) + 1 if kind in _WITHIN else 0


def open_ring(actions: Actions, ring: Iterable[int]) -> set[str]:
    """Return the objects that must be made or dropped apart, so that a ring of actions opens.

    Those are what was to be replaced at once; else children of a group that need something in the ring; else views
    and functions, which can be made hollow first.
    """
    nodes = [actions.all[number] for number in ring]
    if replaced := {node.key for node in nodes if node.verb == "replace"}:
        return replaced
    inside = {id(node) for node in nodes}
    if needing := {key for node in nodes for key in _needing(actions, node, inside)} - set(actions.apart):
        return needing
    return {node.key for node in nodes if can_be_hollow(node.object)}


def _needing(actions: Actions, node: Action, inside: set[int]) -> Iterator[str]:
    """Yield the children of a group made or dropped as a whole that need other actions of the ring."""
    if node.verb not in ("create", "drop") or node.key != node.group:
        return
    side, refs = (actions.gives, actions.after) if node.verb == "create" else (actions.takes, actions.before)
    for key in [key for key, action in side.items() if action is node and key != node.key]:
        if kind_of_key(key)[0] in REMARKS or key not in refs.group_of:
            continue
        others = {id(side[ref]) for ref in refs.of(key).hard if ref in side and side[ref] is not node}
        if others & inside:
            yield key
