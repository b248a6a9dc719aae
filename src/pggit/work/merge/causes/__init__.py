"""Why PostgreSQL does not take what both sides changed: one file a cause.

The merged schema was built, and some object could not be made. A module has `NAME`; ``could(change)``, whether such a
change of one side can be the cause; and ``said(key, change)``, which tells of the object that cannot be made. Which
change it is, is found by building again without it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from pggit.core.results import Change


class Cause(Protocol):
    """A module of this package."""

    NAME: str

    def could(self, change: Change) -> bool:
        """Return whether such a change can be the cause."""

    def said(self, key: str, change: Change) -> str:
        """Say what is the matter with an object."""


@cache
def causes() -> list[Cause]:
    """Return all causes."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return cast("list[Cause]", found)
