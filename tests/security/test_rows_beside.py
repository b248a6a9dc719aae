"""Tables that hang on another one and belong to a role with fewer rights: their code does not run with more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from pggit.apply.rights import send
from pggit.core.errors import PermissionDenied, PgGitError
from pggit.db.connect import connect
from security.conftest import Attacker, set_trap
from servers import Database

BASE = """
create schema app; grant usage on schema app to public;
create type app.pair as (a int, b int);
create table app.parts (id int, v int) partition by list (id);
create table app.plain (id int, v int);
"""

BESIDE = {
    "partition": (
        "create table app.beside partition of app.parts for values in (1)",
        "insert into app.beside values (1, 5); alter table app.beside add check ({trap}())",
        ("alter table app.parts alter v type bigint", "update app.parts set v = 6",
         "insert into app.parts values (1, 2)", "alter table app.parts add column x int default 4 check (x > 1)",
         "alter table app.parts add check (v > 1)"),
    ),
    "child": (
        "create table app.beside () inherits (app.plain)",
        "insert into app.beside values (1, 5); create function {schema}.fire() returns trigger language plpgsql as"
        " 'begin perform {trap}(); return new; end'; create trigger x before update on app.beside for each row execute"
        " function {schema}.fire(); alter table app.beside add check ({trap}())",
        ("alter table app.plain alter v type bigint", "update app.plain set v = 6"),
    ),
    "child of a child": (
        "create table app.between () inherits (app.plain); create table app.beside () inherits (app.between)",
        "insert into app.beside values (1, 5); alter table app.beside add check ({trap}())",
        ("alter table app.plain alter v type bigint", "update app.plain set v = 6"),
    ),
    "typed table": (
        "create table app.beside of app.pair",
        "insert into app.beside values (1, 5); alter table app.beside add check ({trap}())",
        ("alter type app.pair alter attribute b type bigint cascade",),
    ),
    "attached": (
        "create table app.beside (id int, v int)",
        "insert into app.beside values (1, 5); alter table app.beside add check ({trap}() or {immutable}(1) = 1)",
        ("alter table app.parts attach partition app.beside for values in (1)",),
    ),
}  # fmt: skip


@pytest.fixture
def other(database: Database, role: Callable[..., str]) -> Attacker:
    attacker = set_trap(database, role())
    with database.connect() as admin:
        admin.execute(BASE)
    with attacker.connect() as there:
        there.execute(
            f"create function {attacker.schema}.fixed(int) returns int language plpgsql immutable as"
            f" 'begin perform {attacker.trap}(); return 1; end'"
        )
    return attacker


@pytest.mark.parametrize(
    ("name", "statement"), [(name, one) for name, (_, _, several) in BESIDE.items() for one in several]
)
def test_statements_of_which_they_are_part(other, name, statement):
    made, prepared, _ = BESIDE[name]
    text = prepared.format(trap=other.trap, schema=other.schema, immutable=f"{other.schema}.fixed")
    with other.database.connect() as admin:
        admin.execute(made)
        admin.execute(f'alter table app.beside owner to "{other.name}"')
    with other.connect() as there:
        there.execute(text)
    refused = pytest.raises(PermissionDenied, match=f"app\\.beside belongs to role {other.name}")
    with connect(other.database.url) as connection, refused, connection.transaction():
        send(connection, statement)
    assert other.loot() == []


CASTS = """
create type {schema}.e as enum ('a');
create function {schema}.as_int({schema}.e) returns int language plpgsql immutable as 'begin return 1; end';
create function {schema}.as_long({schema}.e) returns bigint language plpgsql immutable as 'begin return 1; end';
create cast ({schema}.e as int) with function {schema}.as_int as implicit;
create cast ({schema}.e as bigint) with function {schema}.as_long as implicit;
create table {schema}.refers (x {schema}.e);
"""

ARMED = """
create or replace function {schema}.as_int({schema}.e) returns int language plpgsql immutable as
  'begin perform {trap}(); return 1; end';
create or replace function {schema}.as_long({schema}.e) returns bigint language plpgsql immutable as
  'begin perform {trap}(); return 1; end';
"""


def test_a_foreign_key_that_is_checked_again(other):
    with other.database.connect() as admin:
        admin.execute("create table app.referred (id int primary key); insert into app.referred values (1)")
        admin.execute(f"grant references, select on app.referred to {other.name}")
    with other.connect() as there:
        there.execute(CASTS.format(schema=other.schema))
        there.execute(f"alter table {other.schema}.refers add foreign key (x) references app.referred")
        there.execute(f"insert into {other.schema}.refers values ('a')")
        there.execute(ARMED.format(schema=other.schema, trap=other.trap))
    assert other.loot() == []
    refused = pytest.raises(PermissionDenied, match="refers")
    with connect(other.database.url) as connection, refused, connection.transaction():
        send(connection, "alter table app.referred alter id type bigint")
    assert other.loot() == []


def test_one_owner_of_all_is_no_stranger(other):
    """Also where a role with more rights runs it, and where a superuser owns a part."""
    with other.database.connect() as admin:
        admin.execute("create table app.one partition of app.parts for values in (1)")
        admin.execute("create table app.two partition of app.parts for values in (2)")
        admin.execute(f'grant all on schema app to "{other.name}"')
        for table in ("parts", "one"):
            admin.execute(f'alter table app.{table} owner to "{other.name}"')
        admin.execute("insert into app.parts values (1, 1), (2, 2)")
    with connect(other.database.url) as connection, connection.transaction():
        assert send(connection, "update app.one set v = 5") == 1
        send(connection, "create table app.three partition of app.parts for values in (3)")


def test_a_table_that_is_replaced_while_its_lock_is_waited_for(other):
    """The owner of its schema puts another in its place, between the look at its owner and the statement."""
    with other.database.connect() as admin:
        admin.execute(f'create schema theirs authorization "{other.name}"')
        admin.execute("create table theirs.t (id int, v int); insert into theirs.t values (1, 1)")
        admin.execute("grant usage on schema theirs to public")
    going = other.connect()
    with going.transaction():
        going.execute("drop table theirs.t")
        going.execute(f"create table theirs.t (id int, v int, check ({other.trap}()))")
        going.execute("insert into theirs.t values (1, 1)")
        errors: list[PgGitError] = []

        def change() -> None:
            with connect(other.database.url) as connection:
                try:
                    with connection.transaction():
                        send(connection, "alter table theirs.t alter v type bigint")
                except PgGitError as error:
                    errors.append(error)

        thread = threading.Thread(target=change)
        thread.start()
        with other.database.connect() as admin:
            deadline = time.monotonic() + 20
            while not admin.execute("select from pg_locks where not granted and locktype = 'relation'").fetchall():
                assert time.monotonic() < deadline
                time.sleep(0.02)
    thread.join(20)
    assert not thread.is_alive()
    assert other.loot() == []
    with other.database.connect() as admin:
        column = admin.execute(
            "select format_type(atttypid, null) from pg_attribute where attrelid = 'theirs.t'::regclass and attname = 'v'"
        ).fetchone()
    assert column == (("integer",) if errors else ("bigint",))
