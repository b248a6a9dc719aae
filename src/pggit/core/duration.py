"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

from pggit.core.errors import UsageError

_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*,?")
_UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600,
    "d": 86400, "day": 86400, "w": 604800, "week": 604800,
}  # fmt: skip


def duration_of(text: str) -> timedelta:
    """Read a length of time: ``30min``, ``1 hour 30 minutes``, ``0``.

    Raises:
        UsageError: it is none.
    """
    rest, seconds = text.strip().lower(), 0.0
    if rest in ("0", "off"):
        return timedelta()
    while match := _PART.match(rest):
        unit = _UNITS.get(match[2]) or _UNITS.get(match[2].removesuffix("s"))
        if unit is None:
            break
        seconds += float(match[1]) * unit
        rest = rest[match.end() :]
    if rest or not seconds:
        raise UsageError(f"{text!r} is no length of time", hint="Write 30min, 2 hours or 0.")
    return timedelta(seconds=seconds)
