"""Whether a key is meant by what a user wrote; the same rule as the engine's `pggit.names`."""

from __future__ import annotations


def names(key: str, written: str) -> bool:
    """Tell whether ``written`` names an object.

    Args:
        key: ``column public.users.email``, ``function public.f(integer)``.
        written: the key, the identity, that of the relation that the object belongs to, or a function's name without
            its arguments: ``public.users.email``, ``public.users``, ``public.f``.
    """
    return (
        key == written
        or key.endswith(f" {written}")
        or f" {written}." in key
        or f" {written}(" in key
        or f" on {written} " in key
        or f" {written} USING " in key
    )
