"""A role owns, or is to own, a table in a schema whose objects it may not name, or in which it may not create."""

from __future__ import annotations

import pytest

from pggit.apply.rights import send
from pggit.core.errors import PermissionDenied
from pggit.db.connect import connect
from pggit.db.creating import create_table
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


@pytest.mark.parametrize("statement", ["update kept.t set a = a + 1", CHECK])
def test_nobody_is_let_into_a_schema(owner, statement):
    """Code of the table's owner could use all that the right to the schema withholds, also by ``ts_rewrite(text)``."""
    with connect(owner.database.url) as connection:
        before = connection.execute(RIGHTS).fetchall()
        with pytest.raises(PermissionDenied, match="schema kept") as caught, connection.transaction():
            send(connection, statement)
        assert f"grant {owner.name} what is missing" in str(caught.value.hint)
        assert connection.execute(RIGHTS).fetchall() == before


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
