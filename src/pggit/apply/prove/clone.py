"""A clone of a live database on its own server, made of what ``pg_dump`` writes about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pggit.apply.prove.dumps import OPTIONS, users_statements
from pggit.db.connect import connect, connection_url
from pggit.db.dump import dump, dump_program, dumping
from pggit.db.scratch import scratch_database
from pggit.db.script import run_script
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

_WITHOUT = (*OPTIONS[1:], "--no-subscriptions")
"""A subscription in a clone would take the rows, or drop the slot, of the one that it is a copy of."""

_SETTING = re.compile(r"SET (\w+) = ")
_SETTINGS = {
    "check_function_bodies", "client_min_messages", "default_table_access_method", "default_tablespace", "row_security",
    "standard_conforming_strings", "xmloption",
}  # fmt: skip
"""Settings of ``pg_dump`` that its statements need; a newer one sets some that the server does not know."""


@contextmanager
def cloned(source: Connection, *, rows: bool = False, server: str | None = None) -> Iterator[str]:
    """Make a clone of a database for the length of a block.

    It has the schema, as far as the user's: nothing of what pgGit keeps, and no subscriptions.

    Args:
        source: to the live database, in autocommit mode and in no transaction. Only reading is done there, beside
            making the scratch database on its server.
        rows: clone the rows too, all as they are at one moment.
        server: a connection string to the server on which it is made; None: the live database's own.

    Yields:
        The connection string of the clone. It may hold a password: never show it.

    Raises:
        NoDumpProgram: there is no ``pg_dump`` for this server.
        SqlFailed: ``pg_dump`` failed, or the server does not take what it wrote.
        PermissionDenied: the role may not create databases.
    """
    program = dump_program(source.info.server_version // 10000)
    with scratch_database(server or source) as url:
        with closing(connect(url)) as clone:
            if rows:
                _fill_with_rows(program, source, clone)
            else:
                _run(clone, dump(program, connection_url(source), *_WITHOUT, "--schema-only"))
        yield url


def _fill_with_rows(program: Path, source: Connection, clone: Connection) -> None:
    with source.transaction(), translated():
        source.execute("set transaction isolation level repeatable read, read only")
        ((snapshot,),) = source.execute("select pg_export_snapshot()").fetchall()
        common = (*_WITHOUT, "--no-blobs", f"--snapshot={snapshot}")
        url = connection_url(source)
        _run(clone, dump(program, url, *common, "--section=pre-data"))
        with dumping(program, url, *common, "--section=data") as output:
            _copy(clone, output)
        _run(clone, dump(program, url, *common, "--section=post-data"))


def _run(clone: Connection, text: str) -> None:
    statements = (statement for statement in users_statements(text) if _is_for_any_server(statement))
    run_script(clone, ";\n".join(statements), name="pg_dump", one_transaction=True)
    clone.execute("reset all")


def _is_for_any_server(statement: str) -> bool:
    match = _SETTING.match(statement)
    return match is None or match[1] in _SETTINGS


def _copy(clone: Connection, output: IO[str]) -> None:
    """Run the part with the rows while it is being written: a statement a line, and data after COPY."""
    for line in output:
        statement = line.rstrip("\n")
        if statement.startswith("COPY "):
            with clone.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                for block in _blocks(output):
                    copy.write(block)
        elif statement.startswith("SELECT "):
            clone.execute(statement.encode())


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line == "\\.\n":
            return
        yield line
