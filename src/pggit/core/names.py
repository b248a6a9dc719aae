"""Whether a key is meant by what a user wrote; the same rule as the engine's `pggit.names`."""

from __future__ import annotations


def names(key: str, written: str) -> bool:
    """Tell whether ``written`` names an object: by its key, its identity, or the relation that it belongs to.

    Args:
        key: ``column public.users.email``.
        written: ``column public.users.email``, ``public.users.email`` or ``public.users``.
    """
    if key == written or key.endswith(" " + written):
        return True
    if f" {written}." in f"{key} ":
        return True
    return f" on {written}" in key and f"{written} " in key
