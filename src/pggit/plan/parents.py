"""What a plan does because of parents: tables that leave and join them, and columns that a child keeps as its own.

https://www.postgresql.org/docs/current/ddl-inherit.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pggit.kinds.relation import joining, leaving, parents, relation_of
from pggit.plan.action import Action

if TYPE_CHECKING:
    from pggit.plan.build import Actions


def keep_columns(actions: Actions) -> None:
    """Change how parents' columns are dropped that children keep: each child then owns its own."""
    todo = [key for key in sorted(actions.anew.gone) if key.startswith("column ")]
    for key in todo:
        action = actions.takes[key]
        if action.key != key or action.verb != "drop":
            continue
        children = list(_children(actions, key))
        if all(child in actions.anew.gone for child in children):
            actions.takes.update(dict.fromkeys(children, action))
            continue
        relation, column = relation_of(action.object.identity)
        action.sql = [f"alter table only {relation} drop column {column}"]
        for child in children:
            actions.kept[child] = action
            if child in actions.anew.gone:
                todo.append(child)
                _drop(actions, child, action)
            elif child in actions.gives:
                actions.edges.append((action, actions.gives[child]))


def _drop(actions: Actions, child: str, after: Action) -> None:
    """A child that does not keep the column drops what has become its own."""
    relation, column = relation_of(child.removeprefix("column "))
    sql = [f"alter table {relation} drop column {column}"]
    own = Action("drop", actions.before.group_of[child], child, actions.object(actions.before, child), None, sql)
    actions.add(own, takes=[child])
    actions.edges.append((after, own))


def _children(actions: Actions, key: str) -> Iterator[str]:
    """Yield the columns that are inherited from this one and from no other."""
    for child in sorted(actions.before.dependents({key})):
        if child.startswith("column ") and actions.before.inherited_columns(child) == {key}:
            yield child


def split(actions: Actions, action: Action) -> None:
    """Make of the change of a table's parents two actions: it leaves the old ones first, and joins the new ones last."""
    assert action.old is not None
    assert action.new is not None
    leave, join = leaving(action.old, action.new), joining(action.old, action.new)
    action.sql = action.sql[len(leave) : len(action.sql) - len(join)]
    group = action.group
    if leave:
        actions.leaving[group] = actions.add(Action("alter", group, group, action.old, action.new, leave))
    if join:
        actions.joining[group] = actions.add(Action("alter", group, group, action.old, action.new, join))


def edges(actions: Actions) -> Iterator[tuple[Action, Action]]:
    """Yield which action goes before which because tables leave and join parents."""
    for group, leave in actions.leaving.items():
        gone = set(parents(leave.old)) - set(parents(leave.new))
        for other in actions.all:
            if other.group == group or (other.group.partition(" ")[2] in gone and other.kind in _OF_TABLES):
                yield leave, other
    for group, join in actions.joining.items():
        come = set(parents(join.new)) - set(parents(join.old))
        for other in actions.all:
            if other is actions.leaving.get(group):
                yield other, join
            elif other.group == group:
                yield (join, other) if _after_join(other) else (other, join)
            elif other.group.partition(" ")[2] in come and other.kind in _OF_TABLES and other.verb != "rename":
                yield other, join


_OF_TABLES = ("table", "foreign table", "column", "default", "constraint", "index", "trigger")


def _after_join(action: Action) -> bool:
    """Whether an action of a table goes after it has joined its parent: what speaks of what it has from there."""
    return (
        action.kind == "trigger"
        and action.verb != "drop"
        and action.new is not None
        and bool(action.new.definition.get("inherited"))
    )
