"""A clone of a live database on its own server, made of what ``pg_dump`` writes about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.apply.prove.dumps import OPTIONS, users_statements
from pggit.db.connect import connect, connection_url
from pggit.db.dump import dump, dump_program, dumping
from pggit.db.powerless import reset_session
from pggit.db.restore import restore, restore_rows
from pggit.db.sqlstate import translated
from pggit.sandbox.sandbox import Sandbox, open_sandbox

if TYPE_CHECKING:
    from psycopg import Connection

_WITHOUT = (*OPTIONS[1:], "--no-subscriptions")
"""A subscription in a clone would take the rows, or drop the slot, of the one that it is a copy of."""


@contextmanager
def cloned(
    source: Connection | Sandbox,
    *,
    rows: bool = False,
    server: str | None = None,
    trust: bool = False,
    stands_for: str | None = None,
) -> Iterator[Sandbox]:
    """Make a clone of a database for the length of a block.

    It has the schema, as far as the user's: nothing of what pgGit keeps, and no subscriptions. No other server can be
    reached from it.

    Args:
        source: to the live database, in autocommit mode and in no transaction, where only reading is done, beside
            making the scratch database on its server; or a sandbox that is finished, of which no rows are cloned.
        rows: clone the rows too, all as they are at one moment.
        server: a connection string to the server on which it is made; None: the live database's own.
        trust, stands_for: as `open_sandbox` takes them.

    Yields:
        The clone.

    Raises:
        NoDumpProgram: there is no ``pg_dump`` for this server.
        SqlFailed: ``pg_dump`` failed, or the server does not take what it wrote.
        PermissionDenied: the role may not create databases.
    """
    own = source.own if isinstance(source, Sandbox) else source
    program = dump_program(own.info.server_version // 10000)
    with open_sandbox(server or own, trust=trust, stands_for=stands_for) as clone:
        if isinstance(source, Sandbox):
            _restore(clone, source.dump(program, *_WITHOUT, "--schema-only"))
        elif rows:
            _fill_with_rows(program, source, clone)
        else:
            _restore(clone, dump(program, connection_url(source), *_WITHOUT, "--schema-only"))
        reset_session(clone.connection)  # checks and triggers find what they find elsewhere
        clone.isolate()
        yield clone


def _restore(clone: Sandbox, text: str) -> None:
    restore(clone.connection, users_statements(text), prepare=clone.prepared)


def _fill_with_rows(program: Path, source: Connection, clone: Sandbox) -> None:
    url = connection_url(source)
    # a connection of its own: over the other one the roles are made that the dump names
    with closing(connect(url)) as holder, holder.transaction(), translated():
        holder.execute("set transaction isolation level repeatable read, read only")
        ((snapshot,),) = holder.execute("select pg_export_snapshot()").fetchall()
        common = (*_WITHOUT, "--no-blobs", f"--snapshot={snapshot}")
        _restore(clone, dump(program, url, *common, "--section=pre-data"))
        with dumping(program, url, *common, "--section=data") as output:
            restore_rows(clone.connection, output)
        _restore(clone, dump(program, url, *common, "--section=post-data"))
