"""One side dropped what the other side's view, function, policy, index, foreign key … uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pggit.core.results import Change

NAME = "uses what is dropped"


def could(change: Change) -> bool:
    """Return whether something is dropped."""
    return change.new is None


def said(key: str, change: Change) -> str:
    """Name both."""
    return f"{key} uses {change.key}"
