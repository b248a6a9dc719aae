"""Passwords taken out of connection strings before these are shown."""

from __future__ import annotations

import re

from pggit.core.credentials import masked

_HIDDEN = "***"
_USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://[^:/?#@]*):.*@", re.DOTALL)
_PARAMETER = re.compile(r"([?&](?:password|sslpassword|oauth_client_secret)=)[^&#]*", re.IGNORECASE)
_KEYWORD = re.compile(
    r"\b((?:password|sslpassword|oauth_client_secret)\s*=\s*)('(?:\\.|[^'\\])*'?|(?:\\.|[^\s'\\])+)", re.IGNORECASE
)
# a password may have an @ in it, as it stands in what could not be read
_WITHIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s:/?#@'\"]*):[^\s'\"]*@")


def redact_text(text: str) -> str:
    """A message in which connection strings may stand, with their passwords replaced by ``***``."""
    shown = _WITHIN.sub(rf"\1:{_HIDDEN}@", text)
    shown = _PARAMETER.sub(rf"\1{_HIDDEN}", shown)
    return _KEYWORD.sub(rf"\1{_HIDDEN}", shown)


def redact_url(url: str) -> str:
    """A URL or connection string with its passwords replaced by ``***``.

    Args:
        url: in either of libpq's forms; it need not be valid.
    """
    return masked(_USERINFO.sub(rf"\1:{_HIDDEN}@", url), _HIDDEN)
