"""The statement that takes another one back, where one statement does."""

from __future__ import annotations

from pggit.core.errors import UsageError
from pggit.kinds import Render
from pggit.kinds.write import alter, create, drop, rename
from pggit.plan.action import Action, Scene


def reverse(sql: str, action: Action, scene: Scene) -> str | None:
    """Return the statement that takes a statement back; None where there is none, or more than one.

    Args:
        sql: the statement, one of ``action.sql``.
        action: what it is part of.
        scene: both states.
    """
    try:
        statements = _reverse(sql, action, scene)
    except (LookupError, UsageError):
        return None  # part of what it would say is gone along with its group
    return statements[0] if statements is not None and len(statements) == 1 else None


def _reverse(sql: str, action: Action, scene: Scene) -> list[str] | None:
    before, after = scene.before(action.group), scene.after(action.group)
    back = Render(before or after, scene.major, after)
    if action.old is None and action.new is not None:
        # what else the action says of the new object goes with it
        return drop(action.new, back) if sql in action.sql[:1] else None
    if action.old is None or action.new is None:
        return create(action.old, back) if action.old is not None and len(action.sql) == 1 else None
    if len(action.sql) != 1:
        return None
    if action.verb == "rename":
        return rename(action.new.key, action.old.key)
    return alter(action.new, action.old, back) if action.verb == "alter" else None
