"""After every DDL statement, folding alone knows the whole schema (DESIGN §4, rule 2)."""

from __future__ import annotations

import os
import re

import pytest

from engine.oracle import fold, one, recorded_equals_live
from engine.programs import PROGRAMS

EVERY = int(os.environ.get("PGGIT_TEST_EVERY", "6"))
"""A full read after so many statements; after the others the manifest of row versions must find nothing."""


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
    program = statements(PROGRAMS[name])
    for number, statement in enumerate(program, 1):
        connection.execute(statement)
        try:
            if number % EVERY and number < len(program):
                fold(connection)
                assert one(connection, "select pggit.refresh()") == 0
            else:
                recorded_equals_live(connection)
        except AssertionError as failure:
            raise AssertionError(f"after: {statement}") from failure
