"""After every DDL statement, folding alone knows the whole schema (DESIGN §4, rule 2)."""

from __future__ import annotations

import re

import pytest

from engine.oracle import recorded_equals_live
from engine.programs import PROGRAMS


def statements(program: str) -> list[str]:
    """A program's statements; what stands between two ``;;`` is sent as one string."""
    if ";;" in program:
        return [part.strip() for part in program.split(";;")]
    parts = re.split(r";(?![^$']*\bend\b)(?=(?:[^']*'[^']*')*[^']*$)", program)
    return [part.strip() for part in parts if part.strip()]


@pytest.mark.parametrize("name", PROGRAMS)
def test_folding_knows_the_schema_after_each_statement(tracked, connection, name):
    if name == "functions with SQL bodies" and tracked.version < 14:
        pytest.skip("before 14 there are no SQL bodies")
    for statement in statements(PROGRAMS[name]):
        connection.execute(statement)
        try:
            recorded_equals_live(connection)
        except AssertionError as failure:
            raise AssertionError(f"after: {statement}") from failure
