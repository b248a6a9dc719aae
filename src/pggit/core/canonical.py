"""Canonical bytes of a definition and the hashes made of them (ARCHITECTURE, "Canonical bytes").

The rule is the text that PostgreSQL prints for a ``jsonb`` value, so that the server needs no code for it:
keys sorted by their length in UTF-8 bytes and then bytewise, ``", "`` and ``": "`` between, no escapes but the
ones JSON needs. Source: PostgreSQL ``src/backend/utils/adt/jsonb_util.c`` (``compareJsonbScalarValue``,
``lengthCompareJsonbStringValue``) and ``json.c`` (``escape_json``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Definition = dict[str, Any]


def canonical(value: Any) -> str:
    """Return the canonical text of a JSON value made of strings, integers, booleans, lists and objects.

    Raises:
        TypeError: for floats and for anything that JSON does not know.
    """
    return _ENCODER.encode(_ordered(value))


def digest(text: str) -> str:
    """Return the SHA-256 of canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def semantic(definition: Mapping[str, Any]) -> Definition:
    """Return the definition without the keys that are no difference to act on (those that begin with ``_``)."""
    return {key: value for key, value in definition.items() if not key.startswith("_")}


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_key_order)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError(f"a definition cannot hold {type(value).__name__}")


def _key_order(key: str) -> tuple[int, bytes]:
    data = key.encode()
    return len(data), data


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), allow_nan=False)
