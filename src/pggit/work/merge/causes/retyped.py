"""One side gave another type to what the other side's index expression, view, default, foreign key … computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pggit.core.results import Change

NAME = "uses what is changed"


def could(change: Change) -> bool:
    """Return whether something is altered."""
    return change.old is not None and change.new is not None


def said(key: str, change: Change) -> str:
    """Name both, and what is other than it was."""
    old, new = change.old or {}, change.new or {}
    for attribute in sorted(old.keys() | new.keys()):
        was, now = old.get(attribute), new.get(attribute)
        if was != now and not attribute.startswith("_"):
            return f"{key} uses {change.key}, of which {attribute} was {was} and is {now}"
    return f"{key} uses {change.key}"
