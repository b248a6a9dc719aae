"""Whether a key is meant by what a user wrote; the same rule as the engine's `pggit.names`."""

from __future__ import annotations

import re


def names(key: str, written: str) -> bool:
    """Tell whether ``written`` names an object.

    Args:
        key: ``column public.users.email``, ``function public.f(integer)``.
        written: the key, the identity, that of the relation that the object belongs to, or a function's name without
            its arguments: ``public.users.email``, ``public.users``, ``public.f``.
    """
    if written not in key:
        return False
    # as a whole word of the key that is not within quotes; behind it what belongs to it
    pattern = rf'(?:(?:[^"]|"[^"]*")* )?{re.escape(written)}(?:[.(].*| USING .*)?'
    return re.fullmatch(pattern, key, re.DOTALL) is not None
