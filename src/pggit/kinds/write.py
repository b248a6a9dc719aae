"""Writing objects as DDL, whatever their kind: what plans are made of. Each function asks the kind."""

from __future__ import annotations

from pggit.kinds import kinds
from pggit.kinds.kind import Object, Render
from pggit.kinds.renaming import rename
from pggit.kinds.target import words

__all__ = ["alter", "create", "disturbs", "drop", "finish", "rename"]


def create(obj: Object, render: Render) -> list[str]:
    """Return the statements that make the object; keys of what they make along are added to ``render.written``."""
    return kinds()[obj.kind].create(obj, render)


def finish(obj: Object, render: Render) -> list[str]:
    """Return the statements about a new object that run after all objects are created."""
    kind = kinds()[obj.kind]
    return kind.finish(obj, render) if kind.finish else []


def drop(obj: Object, render: Render) -> list[str]:
    """Return the statements that drop the object, or bring back what holds without it; never CASCADE."""
    kind = kinds()[obj.kind]
    return kind.drop(obj, render) if kind.drop else [f"drop {words(obj.key)}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Return the statements that bring an object from one definition to another where it stands.

    Args:
        old: the object as it is.
        new: the object as it shall be: the same key, another definition.
        render: its group as it shall be, with ``before`` its group as it is.

    Returns:
        The statements (none where only ``_`` keys differ); None where it must be dropped and made anew.
    """
    kind = kinds()[new.kind]
    return kind.alter(old, new, render) if kind.alter else None


def disturbs(old: Object, new: Object) -> bool:
    """Tell whether PostgreSQL refuses the alteration in place while other objects use this one."""
    kind = kinds()[new.kind]
    return kind.disturbs is not None and kind.disturbs(old, new)
