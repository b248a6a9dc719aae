"""Plans: from two states to ordered statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pggit.core import tree
from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.results import Change
from pggit.core.state import State
from pggit.plan.action import Action, Scene, Size
from pggit.plan.build import Actions
from pggit.plan.model import Plan, Statement
from pggit.plan.order import Graph, open_ring
from pggit.plan.references import References

_ROUNDS = 20


def make_plan(
    a: State,
    b: State,
    *,
    major: int,
    source: str = "",
    target: str = "",
    sizes: Mapping[str, Size] | None = None,
    only: Callable[[str, str], bool] | None = None,
    hidden: Iterable[tuple[str, str]] = (),
    role: str | None = None,
    optional: bool = False,
    online: bool = False,
) -> Plan:
    """Return the statements that turn one state into another, in order.

    Args:
        a: the state before.
        b: the state after.
        major: major version of the server that the plan is for.
        source, target: what the states are called.
        sizes: how much the tables of ``a`` hold; of others nothing is known, so they are taken to hold rows.
        only: called with (group, key); objects for which it is false are left as they are.
        hidden: pairs (object of ``a``, what it needs) that no definition shows.
        role: who will run the plan, if that is known.
        optional: whether roles and subscriptions are in the states.
        online: whether type changes that rewrite are made by a new column, a trigger and a backfill.

    Raises:
        Refused: some objects need each other in a ring that cannot be opened.
    """
    scene = Scene(a, b, major, dict(sizes or {}), online)
    changes = diff(a, b, only=only)
    ordered = order(changes, scene, hidden, role)
    statements = tuple(statement for action in ordered for statement in _statements(action, scene))
    return Plan(
        source=source,
        target=target,
        from_hash=tree.root(a)[1],
        to_hash=tree.root(reached(a, changes))[1],
        major=major,
        optional=optional,
        statements=statements,
    )


def order(changes: list[Change], scene: Scene, hidden: Iterable[tuple[str, str]], role: str | None) -> list[Action]:
    """Return the actions for these changes in order; rings are opened by making parts of objects apart."""
    before, after = References(scene.a, hidden), References(scene.b)
    apart: set[str] = set()
    for _ in range(_ROUNDS):
        actions = Actions(changes, scene, before, after, apart, role)
        ordered, ring = Graph(actions).order()
        if not ring:
            return ordered
        more = open_ring(actions, ring) - apart
        if not more:
            break
        apart |= more
    told = ", ".join(f"{actions.all[number].verb} {actions.all[number].key}" for number in ring)
    raise Refused(f"these need each other: {told}", hint="Make the change in two steps.")


def _statements(action: Action, scene: Scene) -> list[Statement]:
    return [Statement(sql=sql, verb=action.verb, key=action.key) for sql in action.sql]


def reached(a: State, changes: Iterable[Change]) -> State:
    """Return the state that changes lead to."""
    found = State({group: dict(members) for group, members in a.groups.items()}, dict(a.blobs), dict(a.meanings))
    for change in changes:
        if change.new is None:
            del found.groups[change.group][change.key]
            if not found.groups[change.group]:
                del found.groups[change.group]
        else:
            found.put(change.group, change.key, dict(change.new))
    return found
