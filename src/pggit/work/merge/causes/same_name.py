"""Both sides gave one name to two things that cannot both have it: a table and a view, a constraint and an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.work.merge.states import ONE_NAME

if TYPE_CHECKING:
    from pggit.core.results import Change

NAME = ONE_NAME


def could(change: Change) -> bool:
    """Return whether something is new."""
    return change.old is None


def said(key: str, change: Change) -> str:
    """Name both."""
    return f"{key} and {change.key} cannot both be"
