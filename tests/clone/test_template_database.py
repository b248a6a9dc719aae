"""Templates of a live database and of a state: schema, rows, pgGit's store; what is not in its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import pggit
from clone.conftest import unfinished
from pggit.clone import clone, template
from pggit.clone.source.database import Live
from pggit.clone.source.files import seeds_of
from pggit.clone.source.state import Committed
from pggit.core.errors import NotFound, NotInstalled, SqlFailed
from pggit.core.tree import root
from pggit.db import database as databases
from pggit.kinds.reader import read_state
from pggit.sections import Environment
from servers import Database, TestServer, connect, running, session

SCHEMA = """
create schema app;
create table app.users (id int generated always as identity primary key, name text not null);
create table app.orders (id int primary key, u int references app.users, note text);
create table part (a int) partition by list (a);
create table part_1 partition of part for values in (1);
create view app.names as select name from app.users;
create materialized view app.counted as select count(*) as n from app.users;
create sequence app.numbers;
comment on table app.users is 'who';
create function app.f(a int) returns int language sql as 'select $1 + 1';
create publication p for table app.users;
insert into app.users (name) select 'user ' || i from generate_series(1, 50) as i;
insert into app.orders values (1, 1, E'tab\\t;\\n\\\\. ''x'''), (2, 2, null);
insert into part values (1);
select nextval('app.numbers'), nextval('app.numbers');
"""


@pytest.fixture
def source(database: Database) -> psycopg.Connection:
    """A connection to a database with rows, which stays open: clones must not need it closed."""
    connection = database.connect()
    connection.execute(SCHEMA)
    return connection


@pytest.fixture
def tracked(source: psycopg.Connection, database: Database) -> Database:
    """The same, tracked, with two commits, a branch, a stash and an open change."""
    with pggit.open(database.url) as repo:
        repo.init()
        session(repo).execute("alter table app.users add email text")
        repo.commit("Email")
        repo.create_branch("other")
    source.execute("create table open_change ()")
    return database


@pytest.fixture
def cloned(admin: psycopg.Connection, server: TestServer) -> Iterator[Callable[..., psycopg.Connection]]:
    """Makes a template of a source, a clone of that, and connects to it."""
    opened: list[psycopg.Connection] = []

    def make(*sources: object, name: str = "copy") -> psycopg.Connection:
        for one in sources:
            made = template.build(admin, one)  # type: ignore[arg-type]
        clone.create(admin, made.name, name)
        opened.append(connect(server.url_of(name)))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


def one(connection: psycopg.Connection, text: str) -> object:
    row = connection.execute(text.encode()).fetchone()
    return row and row[0]


def test_the_schema(database: Database, source: psycopg.Connection, cloned: Callable[..., psycopg.Connection]) -> None:
    copy = cloned(Live(database.url))
    assert root(read_state(copy)) == root(read_state(source))
    assert one(copy, "select count(*) from app.users") == 0
    assert one(copy, "select nextval('app.numbers')") == 1


def test_with_rows(database: Database, source: psycopg.Connection, cloned: Callable[..., psycopg.Connection]) -> None:
    source.execute("select lo_from_bytea(4242, 'large'); refresh materialized view app.counted")
    copy = cloned(Live(database.url, rows=True))
    assert root(read_state(copy)) == root(read_state(source))
    for query in (
        "select array_agg(u order by id)::text from app.users as u",
        "select array_agg(o order by id)::text from app.orders as o",
        "select n from app.counted",
        "select a from part_1",
        "select nextval('app.numbers')",
        "select lo_get(4242)",
    ):
        assert one(copy, query) == one(source, query), query
    copy.execute("insert into app.users (name) values ('next')")


def test_rows_of_some_tables(
    database: Database, source: psycopg.Connection, cloned: Callable[..., psycopg.Connection]
) -> None:
    copy = cloned(Live(database.url, rows=("app.users", "public.part")))
    counts = (
        "select array[(select count(*) from app.users), (select count(*) from app.orders), (select count(*) from part)]"
    )
    assert one(copy, counts) == [50, 0, 1]
    copy.execute("insert into app.users (name) values ('next')")
    with pytest.raises(NotFound, match=r"no table app\.nope"):
        cloned(Live(database.url, rows=("app.nope",)))


def test_the_source_is_not_disturbed(
    database: Database, source: psycopg.Connection, cloned: Callable[..., psycopg.Connection]
) -> None:
    other = database.connect()
    other.execute("begin; insert into app.users (name) values ('not committed')")
    copy = cloned(Live(database.url, rows=True))
    other.execute("commit")
    assert one(copy, "select count(*) from app.users") == 50
    assert one(source, "select count(*) from app.users") == 51


def test_unchanged_databases_are_not_built_again(
    database: Database, source: psycopg.Connection, admin: psycopg.Connection
) -> None:
    for rows in (False, True):
        first = template.build(admin, Live(database.url, rows=rows))
        assert first.built
        assert not template.build(admin, Live(database.url, rows=rows)).built
    source.execute("insert into app.users (name) values ('x')")
    assert not template.build(admin, Live(database.url)).built
    assert template.build(admin, Live(database.url, rows=True)).built
    source.execute("comment on table app.users is 'someone'")
    assert template.build(admin, Live(database.url)).built
    # what no definition holds: by what pg_dump writes
    source.execute("create foreign data wrapper w; create server s foreign data wrapper w;"
                   "create user mapping for public server s options (password 'a')")  # fmt: skip
    assert template.build(admin, Live(database.url)).built
    assert not template.build(admin, Live(database.url)).built
    source.execute("alter user mapping for public server s options (set password 'b')")
    assert template.build(admin, Live(database.url)).built


def test_of_a_tracked_database_the_store_comes_along(
    tracked: Database, cloned: Callable[..., psycopg.Connection], admin: psycopg.Connection
) -> None:
    copy = cloned(Live(tracked.url))
    assert not template.build(admin, Live(tracked.url)).built
    with pggit.open(tracked.url) as repo:
        status = repo.status()
        log, branches = repo.log(), [branch.name for branch in repo.branches()]
    with pggit.open(copy.info.dsn) as repo:
        assert repo.status() == status
        assert repo.log() == log
        assert [branch.name for branch in repo.branches()] == branches
        assert repo.fsck() == []
        session(repo).execute("drop table open_change")
        assert repo.status().clean
        session(repo).execute("alter table app.orders add paid bool")
        repo.commit("In the clone")
        assert repo.log()[0].message == "In the clone"
    assert one(copy, "select count(*) from app.users") == 0
    with pggit.open(tracked.url) as repo:
        assert repo.log() == log
        session(repo).execute(
            "insert into pggit.signature (hash, commit, tag, signer, armored, signed_at)"
            " values ('\\x00', pggit.head(), '', 'key', 'signature', now())"
        )
    assert template.build(admin, Live(tracked.url)).built
    assert not template.build(admin, Live(tracked.url)).built
    with pggit.open(tracked.url) as repo:
        repo.commit("Open change")
    assert template.build(admin, Live(tracked.url)).built


def test_without_the_store(
    tracked: Database, source: psycopg.Connection, cloned: Callable[..., psycopg.Connection]
) -> None:
    copy = cloned(Live(tracked.url, store=False, rows=True))
    assert one(copy, "select to_regnamespace('pggit')::text") is None
    assert one(copy, "select count(*) from pg_event_trigger") == 0
    assert one(copy, "select count(*) from app.users") == 50
    assert root(read_state(copy)) == root(read_state(source))


def test_no_subscription_comes_along(
    database: Database, source: psycopg.Connection, cloned: Callable[..., psycopg.Connection]
) -> None:
    source.execute("create subscription sub connection 'host=nowhere' publication p with (connect = false)")
    subscriptions = "select count(*) from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())"
    try:
        assert one(cloned(Live(database.url, rows=True)), subscriptions) == 0
    finally:
        source.execute("alter subscription sub set (slot_name = none); drop subscription sub")


def test_what_the_database_itself_has(
    database: Database,
    source: psycopg.Connection,
    role: Callable[..., str],
    admin: psycopg.Connection,
    server: TestServer,
) -> None:
    owner, reader = role(), role()
    for statement in (
        f"alter database {database.name} owner to {owner}",
        f"revoke all on database {database.name} from public",
        f"grant connect on database {database.name} to {reader}",
        f"alter database {database.name} set work_mem to '7MB'",
        f"alter role {reader} in database {database.name} set statement_timeout to '5s'",
        f"alter table app.orders owner to {owner}",
    ):
        source.execute(statement)
    made = template.build(admin, Live(database.url))
    assert made.remarks == ()
    assert not template.build(admin, Live(database.url)).built  # trusted, though another role's
    clone.create(admin, made.name, "copy")
    query = (
        "select pg_get_userbyid(datdba), datacl::text, (select array_agg((setrole, setconfig)::text order by setrole)"
        " from pg_db_role_setting s where s.setdatabase = d.oid) from pg_database d where datname = %s"
    )
    was, now = (admin.execute(query, (name,)).fetchone() for name in (database.name, "copy"))
    assert was == now
    with closing(connect(server.url_of("copy"))) as copy:
        assert one(copy, "select tableowner from pg_tables where tablename = 'orders'") == owner
    plain = template.build(admin, Live(database.url, owners=False))
    assert plain.name != made.name
    clone.create(admin, plain.name, "plain")
    with closing(connect(server.url_of("plain"))) as copy:
        assert one(copy, "select tableowner from pg_tables where tablename = 'orders'") == "postgres"
        assert one(copy, "show work_mem") == "7MB"
    source.execute(f"alter table app.orders owner to postgres; alter database {database.name} owner to postgres")
    for name in ("copy", made.name):
        admin.execute(f'alter database "{name}" owner to postgres')


def test_a_state(tracked: Database, cloned: Callable[..., psycopg.Connection], admin: psycopg.Connection) -> None:
    copy = cloned(Committed(tracked.url, "main"))
    with pggit.open(tracked.url) as repo:
        assert root(read_state(copy)) == root(repo.load("main"))
        first = template.build(admin, Committed(tracked.url, "HEAD"))
        assert not first.built  # the same objects: the same template
        assert template.build(admin, Committed(tracked.url, "work")).built
        assert template.build(admin, Committed(tracked.url, "HEAD~1")).built
        with pytest.raises(NotFound):
            template.build(admin, Committed(tracked.url, "nope"))


def test_a_state_with_seeds(
    tracked: Database, cloned: Callable[..., psycopg.Connection], admin: psycopg.Connection, tmp_path: Path
) -> None:
    (tmp_path / "seed.sql").write_text("insert into app.users (name, email) values ('a', 'b');")
    state = Committed(tracked.url, "main")
    copy = cloned(seeds_of(Environment("e", seeds=("*.sql",)), tmp_path, state))
    assert one(copy, "select email from app.users") == "b"


def test_a_state_of_what_is_not_tracked(database: Database, admin: psycopg.Connection) -> None:
    with pytest.raises(NotInstalled):
        template.build(admin, Committed(database.url, "main"))


def test_of_a_database_on_another_server(
    source: psycopg.Connection, database: Database, role: Callable[..., str]
) -> None:
    owner = role()
    source.execute(f"alter database {database.name} set work_mem to '7MB'")
    with running(str(database.version)) as other, closing(databases.maintenance(other.url)) as admin:
        source.execute(f"grant connect on database {database.name} to {owner}")
        with pytest.raises(SqlFailed, match=f'role "{owner}" does not exist') as caught:
            template.build(admin, Live(database.url))
        assert "--no-owner" in str(caught.value.hint)
        source.execute(f"revoke all on database {database.name} from {owner}; alter table app.orders owner to {owner}")
        with pytest.raises(SqlFailed, match=f'role "{owner}" does not exist') as caught:
            template.build(admin, Live(database.url))
        assert "--no-owner" in str(caught.value.hint)
        assert not unfinished(admin)
        made = template.build(admin, Live(database.url, rows=True, owners=False))
        clone.create(admin, made.name, "copy")
        with closing(connect(other.url_of("copy"))) as copy:
            assert one(copy, "select count(*) from app.users") == 50
            assert one(copy, "show work_mem") == "7MB"


def test_a_copy_of_the_files_is_not_read_anew(
    tracked: Database, admin: psycopg.Connection, server: TestServer, cloned: Callable[..., psycopg.Connection]
) -> None:
    """The store of a clone knows its objects by their addresses, which are the same; a restored one must find them."""
    made = template.build(admin, Live(tracked.url))
    clone.create(admin, made.name, "copied")
    working = "select array_agg((key, address, xmin)::text order by key) from pggit.working"
    with closing(connect(server.url_of("copied"))) as copy:
        before = one(copy, working)
        with pggit.open(server.url_of("copied")) as repo:
            assert "table public.open_change" in [change.key for change in repo.status().changes]
            assert one(copy, working) == before
            session(repo).execute("alter table app.orders add paid bool")
            assert "column app.orders.paid" in [change.key for change in repo.status().changes]
            assert repo.fsck() == []
    with pggit.open(tracked.url) as repo:
        original = one(
            repo.connection, "select array_agg(address order by key) from pggit.working where address >= 16384"
        )
    with pggit.open(cloned(Live(tracked.url, rows=True), name="restored").info.dsn) as repo:
        found = one(repo.connection, "select array_agg(address order by key) from pggit.working where address >= 16384")
        assert found != original
        assert repo.fsck() == []
