"""A role owns a table in a schema whose objects it may not name, or in which it may not create."""

from __future__ import annotations

import pytest

from pggit.apply.rights import send
from pggit.core.diff import diff
from pggit.core.errors import PermissionDenied
from pggit.db.connect import connect
from pggit.db.creating import create_table
from pggit.db.staged import copy_rows
from pggit.kinds.reader import read_state
from pggit.repo.install import install
from security.conftest import set_trap

CHECK = "alter table kept.t add constraint c check (kept.is_fine(a))"
RIGHTS = "select nspacl::text from pg_namespace where nspname = 'kept'"


@pytest.fixture
def owner(database, role):
    """Owns table ``kept.t``; has no rights in schema ``kept``, which the superuser owns."""
    attacker = set_trap(database, role())
    with database.connect() as admin:
        admin.execute(
            "create schema kept; create table kept.t (id int primary key, a int);"
            " insert into kept.t values (1, 1), (2, 2);"
            " create function kept.is_fine(int) returns boolean language sql immutable as 'select $1 > 0';"
            " grant usage on schema kept to pg_monitor"
        )
        admin.execute(f'alter table kept.t owner to "{attacker.name}"; drop schema "{attacker.schema}" cascade')
    return attacker


def test_a_statement_names_what_the_owner_may_not_name(owner):
    with connect(owner.database.url) as connection:
        before = connection.execute(RIGHTS).fetchall()
        with connection.transaction():
            send(connection, CHECK)
            assert send(connection, "update kept.t set a = a + 1") == 2
        assert connection.execute(RIGHTS).fetchall() == before


def test_nothing_of_it_is_recorded(owner):
    """Neither in the schema nor in the history, where there were no rights at all before."""
    with owner.database.connect() as admin:
        admin.execute("create schema bare; alter table kept.t set schema bare")
    with connect(owner.database.url) as connection:
        install(connection)
        before = read_state(connection)
        with connection.transaction():
            send(connection, "update bare.t set a = a + 1")
            send(connection, "alter table bare.t add constraint c check (a > 0)")
        changes = diff(before, read_state(connection))
        assert [change.key for change in changes] == ["constraint c on bare.t"]
        connection.execute("select pggit.refresh()")
        found = connection.execute("select key from pggit.history where key like 'acl %'")
        assert found.fetchall() == []


def test_rows_are_copied(owner):
    with connect(owner.database.url) as connection:
        send(connection, CHECK)
        copy_rows(connection, "copy kept.t (id, a) from stdin", iter(["3\t3\n"]))
        assert connection.execute("select count(*) from kept.t").fetchone() == (3,)
        assert connection.execute("select has_schema_privilege(%s, 'kept', 'usage')", [owner.name]).fetchone() == (
            False,
        )


def test_code_of_others_is_not_let_in(owner):
    """Its functions could use all that the right to the schema withholds: tables and functions granted to PUBLIC."""
    with owner.database.connect() as admin:
        admin.execute(
            "create schema lair;"
            " create function lair.peek() returns boolean language plpgsql as"
            " 'begin execute ''insert into lair.found select kept.is_fine(1)''; return true; end';"
            " create table lair.found (f boolean); alter table kept.t add constraint p check (lair.peek()) not valid"
        )
        admin.execute(
            f'alter function lair.peek() owner to "{owner.name}"; alter table lair.found owner to "{owner.name}"'
        )
        admin.execute(f'grant all on schema lair to "{owner.name}"')
    with connect(owner.database.url) as connection:
        with pytest.raises(PermissionDenied, match="schema kept") as caught, connection.transaction():
            send(connection, "update kept.t set a = a + 1")
        assert f"grant {owner.name} what is missing" in str(caught.value.hint)
        assert connection.execute("select * from lair.found").fetchall() == []


@pytest.mark.parametrize(
    "planted",
    [
        "create function kept.is_fine(bigint) returns boolean language sql as ''select true''",
        "create table kept.other (a int)",
        "create view kept.other as select 1 as a",
        "create type kept.other as enum ()",
        "alter function lair.later(int) set schema kept",
    ],
)
def test_only_the_table_is_created(owner, planted):
    """The owner may create in the schema for as long as its table is made; its code makes something else there."""
    with owner.database.connect() as admin:
        admin.execute(f'create schema lair authorization "{owner.name}"; grant usage on schema kept to "{owner.name}"')
    with owner.connect() as there:
        there.execute(
            "create function lair.later(int) returns boolean language sql as 'select true';"
            f" create function lair.plant() returns int language plpgsql as $$ begin execute '{planted}'; return 1; end $$;"
            " create function lair.trap() returns int language plpgsql immutable as"
            " $$ begin return lair.plant(); exception when others then return 2; end $$"
        )
    with connect(owner.database.url) as connection:
        statement = (
            "create table kept.made (a int generated always as identity primary key,"
            " g int generated always as ({}) stored)"
        )
        with pytest.raises(PermissionDenied, match=r"made 2 objects in schema kept"), connection.transaction():
            create_table(connection, statement.format("lair.trap()"), lambda _: f'"{owner.name}"')
        assert connection.execute("select to_regclass('kept.made'), to_regclass('kept.other')").fetchone() == (
            None,
            None,
        )
        with connection.transaction():
            assert create_table(connection, statement.format("1 + 1"), lambda _: f'"{owner.name}"')
        found = connection.execute("select relowner::regrole::text from pg_class where oid = 'kept.made'::regclass")
        assert found.fetchall() == [(owner.name,)]
