"""The kinds of objects: one ``.sql`` file (how it is read) and one ``.py`` file (how it is written) each.

A new kind is those two files and nothing else: the registry finds every module of this folder that has a ``KIND``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache, lru_cache

from pggit.kinds.kind import LINES, SCALAR, SEQUENCE, SET, Kind, Merge, Object, Render

__all__ = [
    "LINES",
    "SCALAR",
    "SEQUENCE",
    "SET",
    "Kind",
    "Merge",
    "Object",
    "Render",
    "kind_of_key",
    "kinds",
    "renamable",
]


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by name."""
    found = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {kind.name: kind for module in found for kind in getattr(module, "KINDS", ())}


@cache
def _by_first_word() -> dict[str, list[str]]:
    """Names of kinds by their first word, the longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(kinds(), key=len, reverse=True):
        found.setdefault(name.partition(" ")[0], []).append(name)
    return found


@lru_cache(maxsize=200_000)
def kind_of_key(key: str) -> tuple[str, str]:
    """Split a key into kind and identity: ``materialized view public.v`` → (``materialized view``, ``public.v``)."""
    for name in _by_first_word().get(key.partition(" ")[0], ()):
        if key.startswith(name + " "):
            return name, key[len(name) + 1 :]
    raise ValueError(f"no kind in {key!r}")


def renamable(key: str) -> str | None:
    """Return the kind of a key where PostgreSQL can rename an object of that kind within its group, else None."""
    try:
        kind, _ = kind_of_key(key)
    except ValueError:
        return None
    return kind if kinds()[kind].renames else None
