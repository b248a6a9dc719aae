"""Rows for tests: whatever a test does not name is filled in, with all that the row refers to."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bookshop import Base, Customer
from sqlalchemy.orm import Session

_NUMBERS = itertools.count(1)
_BY_TYPE: dict[type, Any] = {
    int: 3,
    str: "text",
    bool: True,
    date: date(2024, 2, 29),
    datetime: datetime(2024, 2, 29, 12, tzinfo=UTC),
    Decimal: Decimal("12.50"),
}
_MODELS = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
_REQUIRED: dict[tuple[str, str], Any] = {
    ("editions", "isbn"): lambda number: f"978{number:010}",
    ("payments", "method"): lambda number: "card",
    ("customers", "email"): lambda number: f"reader{number}@example.org",
    ("countries", "code"): lambda number: chr(65 + number // 26 % 26) + chr(65 + number % 26),
    ("currencies", "code"): lambda number: (
        chr(65 + number // 676 % 26) + chr(65 + number // 26 % 26) + chr(65 + number % 26)
    ),
    ("discounts", "code"): lambda number: f"CODE{number}",
    ("shifts", "ends"): lambda number: _BY_TYPE[datetime] + timedelta(hours=8),
}


def model_of(table: str) -> type[Base]:
    """Return the class of a table."""
    return _MODELS[table]


def sample(session: Session, model: type[Base], **values: Any) -> Any:
    """Make a row, and what it refers to, and send both to the database.

    Args:
        session: an open one.
        model: the class of the row.
        values: columns that the test cares about.
    """
    row = model(**(required(session, model, values) | values))
    session.add(row)
    session.flush()
    return row


def required(session: Session, model: type[Base], values: dict[str, Any]) -> dict[str, Any]:
    """Return values for the columns that must have one and have none yet."""
    table = model.__table__
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.name in values or column.nullable or column.server_default is not None:
            continue
        if column.foreign_keys:
            (key,) = column.foreign_keys
            found[column.name] = getattr(sample(session, model_of(key.column.table.name)), key.column.name)
        elif not (column.primary_key and column.name == "id"):
            found[column.name] = _value(table.name, column)
    return found


def _value(table: str, column: Any) -> Any:
    number = next(_NUMBERS)
    if (table, column.name) in _REQUIRED:
        return _REQUIRED[table, column.name](number)
    value = _BY_TYPE[column.type.python_type]
    return f"{column.name} {number}" if value == "text" else value


def customer(session: Session, **values: Any) -> Any:
    """Return a customer."""
    return sample(session, Customer, **values)
