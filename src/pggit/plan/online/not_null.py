"""NOT NULL is proven before it is set: by a constraint that is validated while others read and write.

Before 18 it is a check that goes again; since 18 NOT NULL is itself a constraint that can be
NOT VALID. https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
"""

from __future__ import annotations

from typing import Any

from pggit.core.identity import split_name, unquote
from pggit.kinds.ddl import name
from pggit.plan.action import Action, Scene
from pggit.plan.effects.proofs import proves_not_null
from pggit.plan.model import Statement
from pggit.plan.online.steps import constraint_kind, only_command, plain, proven, temporary, validated


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Take apart what sets a column NOT NULL that is there already."""
    if action.kind != "column" or action.old is None or action.new is None:
        return None
    steps: list[Statement] = []
    changed = False
    for sql in action.sql:
        only = _sets_not_null(sql)
        if only is None or _is_known(action, scene):
            steps.append(plain(sql, action, scene))
            continue
        changed = True
        steps += set_not_null(action.key, action.new.definition.get("not_null"), only, action, scene)
    return steps if changed else None


def set_not_null(key: str, told: Any, only: bool, action: Action, scene: Scene) -> list[Statement]:
    """Return the statements that make a column NOT NULL, none if earlier ones have done so.

    Args:
        key: the column's.
        told: what its definition shall say under ``not_null``.
        only: whether children of the table are to be left alone.
        action: what it is part of.
        scene: where it happens.
    """
    if key in scene.settled:
        return []
    scene.settled.add(key)
    *path, column = split_name(key.removeprefix("column "))
    relation = ".".join(path)
    if scene.major >= 18:
        return _as_constraint(relation, column, told, action, scene)
    word, no_inherit = ("only ", " no inherit") if only else ("", "")
    check = temporary("not_null", key)
    return [
        plain(
            f"alter table {word}{relation} add constraint {check} check ({column} is not null){no_inherit} not valid",
            action,
            scene,
        ),
        validated(relation, check, action, scene),
        proven(f"alter table {word}{relation} alter column {column} set not null", action, scene),
        proven(f"alter table {word}{relation} drop constraint {check}", action, scene),
    ]


def _as_constraint(relation: str, column: str, told: Any, action: Action, scene: Scene) -> list[Statement]:
    constraint = f"{unquote(split_name(relation)[-1])}_{unquote(column)}_not_null"
    if isinstance(told, dict):
        constraint = told["name"]
    no_inherit = " no inherit" if isinstance(told, dict) and told.get("no_inherit") else ""
    added = f"alter table {relation} add constraint {name(constraint)} not null {column}{no_inherit} not valid"
    return [plain(added, action, scene), validated(relation, name(constraint), action, scene)]


def _sets_not_null(sql: str) -> bool | None:
    """Whether a statement with ONLY sets NOT NULL; None if it does not set it, or not for rows that are there."""
    if found := only_command(sql, "SetNotNull"):
        return not found[0].inh
    if found := only_command(sql, "AddConstraint"):
        constraint = getattr(found[1], "def").constraint
        if constraint_kind(constraint) == "NOTNULL" and not constraint.skip_validation:
            return not found[0].inh
    return None


def _is_known(action: Action, scene: Scene) -> bool:
    column = unquote(split_name(action.object.identity)[-1])
    return proves_not_null(scene.relations, action.group, column)
