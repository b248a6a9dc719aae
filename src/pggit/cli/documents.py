"""Results as JSON documents: the fields of the library's results, by name; times in ISO 8601."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any


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
