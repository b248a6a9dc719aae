"""A server whose table of locks is too small for all tables of a schema in one transaction."""

from __future__ import annotations

import os
import secrets
from contextlib import closing
from pathlib import Path

import pytest

from pggit.core.errors import SqlFailed
from pggit.db.account import server_account
from pggit.db.embedded import reachable_programs
from pggit.db.load import load_directory
from pggit.db.scratch import scratch_database
from pggit.db.server import Server
from servers import ROOT, available_versions, connect, stop_server

_SMALL = {
    "fsync": "off",
    "max_connections": "6",
    "superuser_reserved_connections": "0",
    "max_locks_per_transaction": "10",
    "max_worker_processes": "0",
    "max_parallel_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_max_workers": "1",
}


def test_a_table_of_locks_that_is_full(tmp_path: Path) -> None:
    account, cache = server_account(), ROOT / "cache"
    bindir = available_versions()[max(available_versions(), key=int)]
    server = Server(
        bindir=reachable_programs(bindir, cache, account),
        datadir=ROOT / f"{os.getpid()}-locks-{secrets.token_hex(3)}" / "data",
        cache=cache,
        account=account,
        options=_SMALL,
    )
    server.datadir.parent.mkdir(parents=True)
    (tmp_path / "1.sql").write_text("create table first ();")
    (tmp_path / "2.sql").write_text(
        "".join(f"create table t{number} (id int primary key);\n" for number in range(2500))
    )
    try:
        server.start()
        with scratch_database(server.url()) as url, closing(connect(url)) as connection:
            assert [file.name for file in load_directory(connection, tmp_path)] == ["1.sql", "2.sql"]
            assert connection.execute("select count(*) from pg_class where relname ~ '^t[0-9]+$'").fetchone() == (2500,)
            (tmp_path / "2.sql").write_text(
                "begin;"
                + "".join(f"create table u{number} (id int primary key);\n" for number in range(2500))
                + "commit;"
            )
            (tmp_path / "1.sql").unlink()
            with pytest.raises(SqlFailed, match=r"2\.sql:\d+: out of shared memory \(53200\)") as caught:
                load_directory(connection, tmp_path)
            assert "raise max_locks_per_transaction (now 10)" in str(caught.value.hint)
    finally:
        stop_server(server)
