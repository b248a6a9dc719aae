"""Two schemas, a plan from the one to the other, and what came of it on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.db.dump import dump, dump_program
from pggit.kinds.reader import read_state
from pggit.plan import live
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan
from servers import TestServer


@contextmanager
def planned(server: TestServer, a: str, b: str, rows: str = "") -> Iterator[tuple[psycopg.Connection, Plan]]:
    """A database with schema ``a`` that a plan has turned into ``b``, and the plan.

    Fails unless the re-read differs in nothing, pg_dump shows the same for both, and a second plan is empty.
    ``rows`` is SQL that is run before the plan.
    """
    databases = [server.create_database() for _ in range(2)]
    try:
        here, there = (database.connect() for database in databases)
        here.execute(a.encode())
        there.execute(b.encode())
        here.execute(rows.encode() or b"select")
        for connection in (here, there):
            connection.execute("reset all")
        wanted = read_state(there)
        plan = plan_between(here, read_state(here), wanted)
        apply(here, plan)
        reached = read_state(here)
        told = "\n".join(statement.sql for statement in plan.statements)
        left = [(change.key, change.old, change.new) for change in diff(reached, wanted)]
        assert left == [], f"{left}\n{told}"
        program = dump_program(server.version)
        dumps = compare(*(dump(program, database.url, *OPTIONS) for database in databases))
        assert dumps.equal, f"{dumps}\n{told}"
        assert plan_between(here, reached, wanted).statements == ()
        yield here, plan
    finally:
        for database in databases:
            server.drop_database(database)


def plan_between(connection: psycopg.Connection, a: State, b: State) -> Plan:
    """Plan from the state of a database to another one."""
    return make_plan(
        a,
        b,
        major=connection.info.server_version // 10000,
        measure=lambda groups: live.measure(connection, groups),
        hidden=live.hidden(connection),
        role=live.current_role(connection),
    )


def apply(connection: psycopg.Connection, plan: Plan) -> None:
    """Run the statements of a plan in order; what is shared is not put into one transaction."""
    connection.execute("set check_function_bodies = off; set search_path = pg_catalog")
    for statement in plan.statements:
        try:
            connection.execute(statement.sql.encode())
        except psycopg.Error as error:
            raise AssertionError(f"{error}\n" + "\n".join(one.sql for one in plan.statements)) from error
    connection.execute("reset all")
