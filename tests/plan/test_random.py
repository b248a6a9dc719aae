"""Random schemas: a plan from one to another leads there, and another one back (DESIGN §4, rule 3)."""

from __future__ import annotations

import os

import psycopg
from hypothesis import HealthCheck, given, settings

from corpus.databases import new_database
from corpus.planning import apply_plan, make_plan
from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.db.connect import connection_url
from pggit.db.dump import dump, dump_program
from pggit.kinds.reader import read_state
from plan.schemas import schemas
from servers import TestServer

EXAMPLES = 2 * int(os.environ.get("PGGIT_TEST_EXAMPLES", "8"))
"""How many pairs; ``pg_dump`` looks at each fourth."""


def test_there_and_back(server: TestServer) -> None:
    """A → B gives B, B → A gives A: by our own reading, and now and then by ``pg_dump``."""
    seen = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=EXAMPLES <= 20,
    )
    @given(schemas(), schemas())
    def check(a: list[str], b: list[str]) -> None:
        nonlocal seen
        seen += 1
        with new_database(server) as one, new_database(server) as other:
            _load(one, a)
            _load(other, b)
            dumps = (_dumped(one), _dumped(other)) if seen % 4 == 0 else (None, None)
            here, there = read_state(one), read_state(other)
            _leads(one, there, dumps[1])
            _leads(one, here, dumps[0])

    check()


def _load(connection: psycopg.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _leads(connection: psycopg.Connection, there: State, dumped: str | None) -> None:
    plan = make_plan(connection, read_state(connection), there)
    apply_plan(connection, plan)
    connection.execute("reset all")
    now = read_state(connection)
    assert diff(now, there) == []
    assert make_plan(connection, now, there).statements == ()
    if dumped is not None:
        found = compare(_dumped(connection), dumped)
        assert (found.only_first, found.only_second) == ((), ())


def _dumped(connection: psycopg.Connection) -> str:
    program = dump_program(connection.info.server_version // 10000)
    return dump(program, connection_url(connection), *OPTIONS)
