"""Each table: a row goes in and comes out, defaults, what must be there, what must be unique, what is referred to."""

from __future__ import annotations

import pytest
from bookshop import Base
from samples import model_of, required, sample
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

TABLES = [table for table in Base.metadata.sorted_tables if table.name != "order_log"]
DEFAULTS = [column for table in TABLES for column in table.columns if column.server_default is not None]
REFERENCES = [column for table in TABLES for column in table.columns if column.foreign_keys and not column.primary_key]
TEXTS = [
    column
    for table in TABLES
    for column in table.columns
    if not column.nullable
    and column.type.python_type is str
    and column.server_default is None
    and not column.primary_key
    and not column.foreign_keys
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_comes_back_as_it_went_in(session, table):
    row = sample(session, model_of(table.name))
    session.commit()
    values = {column.name: getattr(row, column.name) for column in table.columns}
    session.expire_all()
    (found,) = session.scalars(select(model_of(table.name))).all()
    assert {column.name: getattr(found, column.name) for column in table.columns} == values


@pytest.mark.parametrize("column", DEFAULTS, ids=str)
def test_what_is_left_out_has_its_default(session, column):
    row = sample(session, model_of(column.table.name))
    session.commit()
    assert getattr(row, column.name) is not None


@pytest.mark.parametrize("column", REFERENCES, ids=str)
def test_what_is_referred_to_must_be_there(session, column):
    nowhere = "??" if column.type.python_type is str else 999_999
    with pytest.raises(IntegrityError):
        sample(session, model_of(column.table.name), **{column.name: nowhere})


@pytest.mark.parametrize("column", TEXTS, ids=str)
def test_what_must_be_there_may_not_be_null(session, column):
    model = model_of(column.table.name)
    values = required(session, model, {column.name: None})
    session.add(model(**values, **{column.name: None}))
    with pytest.raises(IntegrityError, match="null value"):
        session.flush()
