"""Passwords taken out of connection strings before these are shown."""

from __future__ import annotations

import re

from pggit.core.credentials import masked

_HIDDEN = "***"
_USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://[^:/?#@]*):.*@", re.DOTALL)


def redact_url(url: str) -> str:
    """A URL or connection string with its passwords replaced by ``***``.

    Args:
        url: in either of libpq's forms; it need not be valid.
    """
    return masked(_USERINFO.sub(rf"\1:{_HIDDEN}@", url), _HIDDEN)
