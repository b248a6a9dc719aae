"""Plans: from two states to ordered statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from pggit.core import tree
from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.results import Change
from pggit.core.state import State
from pggit.plan.action import Action, Scene, Size
from pggit.plan.build import Actions
from pggit.plan.effects import effects
from pggit.plan.model import Hazard, Plan, Statement
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
    measure: Callable[[Collection[str]], Mapping[str, Size]] | None = None,
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
        measure: tells of tables of ``a`` how much they hold; without it they are taken to hold rows.
        only: called with (group, key); objects for which it is false are left as they are.
        hidden: pairs (object of ``a``, what it needs) that no definition shows.
        role: who will run the plan, if that is known.
        optional: whether roles and subscriptions are in the states.
        online: whether type changes that rewrite are made by a new column, a trigger and a backfill.

    Raises:
        Refused: some objects need each other in a ring that cannot be opened.
    """
    scene = Scene(a, b, major, {}, online)
    changes = diff(a, b, only=only)
    ordered, anew = order(changes, scene, hidden, role)
    if measure:
        scene.sizes = measure({action.group for action in ordered})
    statements = tuple(one for action in ordered for one in _statements(action, scene, anew))
    return Plan(
        source=source,
        target=target,
        from_hash=tree.root(a)[1],
        to_hash=tree.root(reached(a, changes))[1],
        major=major,
        optional=optional,
        statements=statements,
    )


def order(
    changes: list[Change], scene: Scene, hidden: Iterable[tuple[str, str]], role: str | None
) -> tuple[list[Action], set[str]]:
    """Return the actions for these changes in order, and the keys of what is dropped and made again.

    Rings are opened by making parts of objects apart.
    """
    before, after = References(scene.a, hidden), References(scene.b)
    apart: set[str] = set()
    for _ in range(_ROUNDS):
        actions = Actions(changes, scene, before, after, apart, role)
        ordered, ring = Graph(actions).order()
        if not ring:
            return ordered, actions.anew.anew
        more = open_ring(actions, ring) - apart
        if not more:
            break
        apart |= more
    told = ", ".join(f"{actions.all[number].verb} {actions.all[number].key}" for number in ring)
    raise Refused(f"these need each other: {told}", hint="Make the change in two steps.")


def _statements(action: Action, scene: Scene, anew: set[str]) -> list[Statement]:
    statements = [effects(sql, action, scene) for sql in action.sql]
    if action.key in anew and action.verb in ("drop", "replace") and statements:
        again = Hazard("recreate", f"{action.key} is dropped and made again")
        statements[0] = replace(statements[0], hazards=(*statements[0].hazards, again))
    return statements


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
