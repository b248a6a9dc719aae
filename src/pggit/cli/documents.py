"""Results as JSON documents: the fields of the library's results, by name; times in ISO 8601."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from pggit.core.shown import HIDDEN_IN_LINES

_NOT_UTF8 = re.compile("[\ud800-\udfff]")


def document(value: Any) -> Any:
    """Return a result, or a collection of them, as what JSON can say."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): document(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [document(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def dumps(value: Any) -> str:
    """Return a result as JSON text."""
    return json.dumps(document(value), ensure_ascii=False, indent=2)


def escaped(text: str, *, all: bool) -> str:
    """Return the same document with ``\\uXXXX`` for what UTF-8 cannot say, or for ``all`` that is hidden."""
    hidden = HIDDEN_IN_LINES if all else _NOT_UTF8
    return hidden.sub(lambda found: json.dumps(found[0])[1:-1], text)
