"""What a plan does because of parents: tables that leave and join them, and columns that a child keeps as its own.

https://www.postgresql.org/docs/current/ddl-inherit.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pggit.core.identity import split_on
from pggit.kinds import Object
from pggit.kinds.ddl import ENABLED
from pggit.kinds.not_null import told_inherited
from pggit.kinds.relation import joining, leaving, relation_of
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
        kept = [child for child in children if child not in actions.anew.gone]
        action.sql = [*_own_not_null(actions, key, kept), f"alter table only {relation} drop column {column}"]
        for child in children:
            actions.kept[child] = action
            if child in actions.anew.gone:
                todo.append(child)
                _drop(actions, child, action)
            elif child in actions.gives:
                actions.edges.append((action, actions.gives[child]))


def _own_not_null(actions: Actions, key: str, kept: list[str]) -> Iterator[str]:
    """Yield what makes NOT NULL the children's own; since 18 it would go on being told as inherited, from nobody."""
    for child in kept:
        if told_inherited(actions.object(actions.before, child).definition.get("not_null")):
            relation, column = relation_of(child.removeprefix("column "))
            yield f"alter table {relation} alter column {column} set not null"
    if actions.scene.major >= 18 and "not_null" in actions.object(actions.before, key).definition:
        relation, column = relation_of(key.removeprefix("column "))
        yield f"alter table {relation} alter column {column} drop not null"


def _drop(actions: Actions, child: str, after: Action) -> None:
    """A child that does not keep the column drops what has become its own."""
    relation, column = relation_of(child.removeprefix("column "))
    sql = [f"alter table {relation} drop column {column}"]
    own = Action("drop", actions.before.group_of[child], child, actions.object(actions.before, child), None, sql)
    actions.add(own, takes=[child])
    actions.edges.append((after, own))


def reset_triggers(actions: Actions) -> Iterator[str]:
    """Yield the triggers that partitions have from a parent's which changes, or anew: by that they are enabled."""
    for group, tie in sorted(actions.anew.ties.found.items()):
        members = actions.after.state.groups[group].keys() & actions.before.state.groups[group].keys()
        if tie.leave and tie.join:
            yield from (key for key in sorted(members) if key.startswith("trigger "))
    changed = {key for key in actions.anew.altered if key.startswith("trigger ")}
    for key in sorted(actions.after.dependents(changed)) if changed else ():
        if key.startswith("trigger ") and key in actions.before.group_of:
            yield key


def reset_trigger(actions: Actions, trigger: Object) -> list[str]:
    """Write what enables a partition's trigger as its parent's is, where that does not happen by itself."""
    refs = actions.after
    group = actions.before.group_of[trigger.key]
    above = refs.inherited_trigger(group, trigger.identity) if group in refs.state.groups else None
    tie = actions.anew.ties.found.get(group)
    if (tie and tie.leave) or above is None or above in actions.anew.altered or above in actions.anew.made:
        return []
    name, table = split_on(trigger.identity)
    state = ENABLED.get(actions.object(refs, above).definition.get("enabled", ""), "enable")
    return [f"alter table only {table} {state} trigger {name}"]


def _children(actions: Actions, key: str) -> Iterator[str]:
    """Yield the columns that are inherited from this one and from no other."""
    for child in sorted(actions.before.dependents({key})):
        if child.startswith("column ") and actions.before.inherited_columns(child) == {key}:
            yield child


def loose_and_join(actions: Actions) -> None:
    """Add the actions by which tables leave their old parents, first of all, and join their new ones, last of all."""
    for group, tie in sorted(actions.anew.ties.found.items()):
        own = actions.gives.get(group)
        if own is not None and own.verb == "alter" and own.key == group:
            leave, join = len(leaving(tie.old, tie.new)), len(joining(tie.old, tie.new))
            own.sql = own.sql[leave : len(own.sql) - join]
        if tie.leave:
            actions.leaving[group] = actions.add(Action("alter", group, group, tie.old, tie.new, tie.leave))
        if tie.join:
            actions.joining[group] = actions.add(Action("alter", group, group, tie.old, tie.new, tie.join))


def edges(actions: Actions) -> Iterator[tuple[Action, Action]]:
    """Yield which action goes before which because tables leave and join parents."""
    for group, leave in actions.leaving.items():
        gone = actions.anew.ties.found[group].gone
        for other in actions.all:
            if other is leave:
                continue
            if other.group == group or (_table(other) in gone and other.kind in _OF_TABLES):
                yield leave, other
    ties = [*actions.leaving.values(), *actions.joining.values()]
    for group, join in actions.joining.items():
        come = actions.anew.ties.found[group].come
        for other in actions.all:
            if other is join:
                continue
            if other.group == group:
                yield (join, other) if _after_join(other) else (other, join)
            elif _table(other) in come and other.kind in _OF_TABLES and other not in ties:
                yield other, join


def _table(action: Action) -> str:
    return action.group.partition(" ")[2]


_OF_TABLES = ("table", "foreign table", "column", "default", "constraint", "index", "trigger")


def _after_join(action: Action) -> bool:
    """Whether an action of a table goes after it has joined its parent: what speaks of what it has from there."""
    return (
        action.kind == "trigger"
        and action.verb != "drop"
        and action.new is not None
        and bool(action.new.definition.get("inherited"))
    )
