"""What a plan does to the rows of another role's table runs that role's code with that role's rights, and no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pggit.apply.rights import send
from pggit.core.errors import PermissionDenied, PgGitError, SqlFailed
from pggit.core.identity import quote
from pggit.db.connect import connect
from pggit.db.restricted import search_path_of
from pggit.repo.install import install
from security.conftest import Attacker, set_trap
from servers import Database

TABLE = """
create table {schema}.t (id int primary key, v int, w text);
insert into {schema}.t values (1, 1, 'a'), (2, 2, 'b');
create function {schema}.one() returns int language plpgsql immutable as 'begin perform {trap}(); return 1; end';
create function {schema}.one(text) returns int language plpgsql immutable as 'begin perform {trap}(); return 1; end';
create function {schema}.fire() returns trigger language plpgsql as 'begin perform {trap}(); return new; end';
create domain {schema}.plain as int;
create table {schema}.d (a {schema}.plain); insert into {schema}.d values (1);
create domain {schema}.dom as int check ({trap}());
create type {schema}.mood as enum ('sad', 'glad');
create function {schema}.as_text({schema}.mood) returns text language plpgsql immutable
  as 'begin perform {trap}(); return 1; end';
create cast ({schema}.mood as text) with function {schema}.as_text as assignment;
create table {schema}.moods (m {schema}.mood); insert into {schema}.moods values ('sad');
create function {schema}.as_int({schema}.mood) returns int language plpgsql immutable
  as 'begin perform {trap}(); return 1; end';
create cast ({schema}.mood as int) with function {schema}.as_int as implicit;
create table {schema}.numbers (n int primary key); insert into {schema}.numbers values (1);
create table {schema}.parts (a int, b int) partition by range (({schema}.one(b::text)), a);
create table {schema}.part (a int, b int); insert into {schema}.part values (1, 1);
"""

STATEMENTS = {
    "check": "alter table {schema}.t add constraint c check ({trap}())",
    "check of a column": "alter table {schema}.t add column x int default 3 check ({trap}())",
    "default": "alter table {schema}.t add column x int default {schema}.one()",
    "volatile default": "alter table {schema}.t add column x bool default {trap}()",
    "generated": "alter table {schema}.t add column x int generated always as (id + {schema}.one()) stored",
    "domain": "alter table {schema}.t add column x {schema}.dom default 1",
    "using": "alter table {schema}.t alter column w type int using {schema}.one(w)",
    "cast": "alter table {schema}.moods alter column m type text",
    "domain check": "alter domain {schema}.plain add constraint c check ({trap}())",
    "foreign key": "alter table {schema}.moods add foreign key (m) references {schema}.numbers",
    "attach": "alter table {schema}.parts attach partition {schema}.part for values from (1, 1) to (1, 9)",
    "update": "update {schema}.t set v = v + {schema}.one()",
    "delete": "delete from {schema}.t where {trap}()",
    "insert": "insert into {schema}.t (id, v) values (9, {schema}.one())",
    "materialized view": "create materialized view {schema}.m as select {trap}() as x",
    # PostgreSQL itself runs these as the owner
    "index": "create index on {schema}.t (({schema}.one(w)))",
    "index without a row": "create index on {schema}.t (id) where {schema}.one() = 1",
}

MADE = {
    "generated": "create table {schema}.new (a int, b int generated always as ({schema}.one('x')) stored)",
    "partition key": "create table {schema}.new (a int) partition by range (({schema}.one('x') + a))",
    "bound": "create table {schema}.new partition of {schema}.plain_parts for values from ({schema}.one()) to (7)",
    "default partition": "create table {schema}.new partition of {schema}.other_parts for values in (7)",
}

PREPARED = {
    "validate": ("add constraint c check ({trap}()) not valid", "alter table {schema}.t validate constraint c"),
    "rewrite with a check": ("add constraint c check ({trap}() and v > 0) not valid", "alter table {schema}.t alter v type bigint"),
    "trigger": (None, "update {schema}.t set v = 1"),
    "deferred trigger": (None, "update {schema}.t set v = 1"),
    "rule": (None, "update {schema}.t set v = 1"),
    "policy": (None, "update {schema}.t set v = 1"),
}  # fmt: skip

SET_UP = {
    "trigger": "create trigger x before update on {schema}.t for each row execute function {schema}.fire()",
    "deferred trigger": "create constraint trigger x after update on {schema}.t deferrable initially deferred"
    " for each row execute function {schema}.fire()",
    "rule": "create rule r as on update to {schema}.t do also select {trap}()",
    "policy": "alter table {schema}.t enable row level security; create policy p on {schema}.t using ({trap}())",
}


@pytest.fixture
def owner(database: Database, role: Callable[..., str]) -> Attacker:
    """A role that owns tables, and traps around them."""
    attacker = set_trap(database, role())
    with attacker.connect() as there:
        there.execute(TABLE.format(schema=attacker.schema, trap=attacker.trap))
    return attacker


def written(attacker: Attacker, text: str) -> str:
    return text.format(schema=attacker.schema, trap=attacker.trap)


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_statements(owner, statement):
    with connect(owner.database.url) as connection, connection.transaction():
        send(connection, written(owner, statement))
    assert owner.loot() == []


@pytest.mark.parametrize("name", PREPARED)
def test_what_the_owner_has_prepared(owner, name):
    before, statement = PREPARED[name]
    with owner.connect() as there:
        there.execute(written(owner, f"alter table {{schema}}.t {before}" if before else SET_UP[name]))
    with connect(owner.database.url) as connection, connection.transaction():
        send(connection, written(owner, statement))
    assert owner.loot() == []


@pytest.mark.parametrize("statement", MADE.values(), ids=MADE)
def test_tables_that_compute_when_they_are_made(owner, statement):
    with owner.connect() as there:
        there.execute(
            written(
                owner,
                "create table {schema}.plain_parts (a int) partition by range (a);"
                " create table {schema}.other_parts (a int, b text) partition by list (({schema}.one(b)));"
                " create table {schema}.rest partition of {schema}.other_parts default;"
                " insert into {schema}.other_parts values (1, 'x')",
            )
        )
    with connect(owner.database.url) as connection, connection.transaction():
        owners = {f'"{owner.schema}"."new"': f'"{owner.name}"'}
        send(connection, written(owner, statement), owners)
        query = written(owner, "select relowner::regrole::text from pg_class where oid = '{schema}.new'::regclass")
        assert connection.execute(query).fetchone() == (owner.name,)
    assert owner.loot() == []


def test_who_may_not_create_in_a_schema_makes_nothing_else_there(owner):
    with owner.database.connect() as admin:
        admin.execute("create schema theirs")
    statement = f"create table theirs.new (a int, b int generated always as ({owner.schema}.one('x')) stored)"
    query = f"select has_schema_privilege('{owner.name}', 'theirs', p) from unnest(array['create', 'usage']) as p"
    with connect(owner.database.url) as connection:
        with connection.transaction():
            send(connection, statement, {'"theirs"."new"': f'"{owner.name}"'})
        assert connection.execute(query).fetchall() == [(False,), (False,)]
    assert owner.loot() == []


ESCAPES = (
    "reset role",
    "set role none",
    "set session authorization postgres",
    "select set_config('role', 'none', false)",
    "select set_config('search_path', 'lair, pg_catalog', false)",
    "select set_config('standard_conforming_strings', 'off', false)",
    "select set_config('session_replication_role', 'replica', false)",
    "prepare p as select 1",
    "deallocate all",
    "declare c cursor with hold for select 1",
    "listen x",
    "create temporary table pg_class (a int)",
    "create temporary view pg_class as select 1",
    "discard all",
    "reset all",
    "set constraints all deferred",
    "commit",
    "rollback",
    "alter role postgres nosuperuser",
    "copy (select 1) to program 'true'",
)


@pytest.mark.parametrize("escape", ESCAPES)
def test_the_context_cannot_be_left(owner, escape):
    with owner.connect() as there:
        there.execute(written(owner, "create table {schema}.done (what text)"))
        there.execute(
            written(
                owner,
                "create function {schema}.escape() returns trigger language plpgsql as $$ begin"
                " begin execute tg_argv[0]; exception when others then null; end;"
                " begin insert into {schema}.done values (current_user); exception when others then null; end;"
                " return new; end $$",
            )
        )
        quoted = escape.replace("'", "''")
        there.execute(
            written(owner, "create trigger x before update on {schema}.t for each row execute function")
            + written(owner, " {schema}.escape(")
            + f"'{quoted}')"
        )
    query = (
        "select session_user, current_user, current_setting('search_path'), current_setting('role'),"
        " current_setting('standard_conforming_strings'), current_setting('session_replication_role'),"
        " (select count(*) from pg_cursors where is_holdable), pg_my_temp_schema(),"
        " array(select pg_listening_channels()), 'pg_class'::regclass = 1259"
    )
    with connect(owner.database.url) as connection:
        before = connection.execute(query).fetchone()
        with connection.transaction():
            send(connection, written(owner, "update {schema}.t set v = 1"))
        assert connection.execute(query).fetchone() == before
    with owner.connect() as there:
        assert there.execute(written(owner, "select distinct what from {schema}.done")).fetchall() == [(owner.name,)]


def test_nothing_is_left_for_the_end_of_the_transaction(owner):
    with owner.connect() as there:
        there.execute(written(owner, SET_UP["deferred trigger"]))
        there.execute(
            written(
                owner,
                "create function {schema}.defer() returns trigger language plpgsql as"
                " 'begin set constraints all deferred; return new; end';"
                " create trigger a before update on {schema}.t for each row execute function {schema}.defer()",
            )
        )
    with connect(owner.database.url) as connection, pytest.raises(PermissionDenied), connection.transaction():
        send(connection, written(owner, "update {schema}.t set v = 1"))
    assert owner.loot() == []


def test_constraints_that_were_deferred_are_so_afterwards(owner):
    with owner.connect() as there:
        there.execute(written(owner, "alter table {schema}.t add unique (v) deferrable initially deferred"))
    with owner.database.connect() as admin:
        admin.execute("create table own (a int unique deferrable initially deferred); insert into own values (1)")
    with connect(owner.database.url) as connection, connection.transaction():
        assert send(connection, written(owner, "update {schema}.t set w = 'z'")) == 2
        connection.execute("insert into public.own values (1)")
        connection.execute("delete from public.own where ctid = (select max(ctid) from public.own)")


def test_code_of_the_owner_finds_what_it_needs(owner):
    with owner.connect() as there:
        there.execute(f"alter role {owner.name} set search_path = {owner.schema}, public")
        there.execute(
            written(
                owner,
                "create table {schema}.log (v int); create function {schema}.note() returns trigger language plpgsql"
                " as 'begin insert into log values (new.v); return new; end';"
                " create trigger x before update on {schema}.t for each row execute function {schema}.note()",
            )
        )
    with connect(owner.database.url) as connection, connection.transaction():
        send(connection, written(owner, "update {schema}.t set v = 7"))
    with owner.connect() as there:
        assert there.execute("select * from log").fetchall() == [(7,), (7,)]


def test_schemas_in_which_others_may_create_are_not_searched(owner, role):
    other = set_trap(owner.database, role())
    with owner.database.connect() as admin:
        admin.execute("create schema open; grant all on schema open to public")
        admin.execute(f"alter role {owner.name} set search_path = open, public")
    with other.connect() as there:
        there.execute(
            f"create function open.helper() returns int language sql as 'select 1 from (select {other.trap}()) as x'"
        )
    with owner.connect() as there:
        there.execute(
            written(
                owner,
                "create function {schema}.note() returns trigger language plpgsql as"
                " 'begin perform helper(); return new; end';"
                " create trigger x before update on {schema}.t for each row execute function {schema}.note()",
            )
        )
    with (
        connect(owner.database.url) as connection,
        pytest.raises(SqlFailed, match="helper") as caught,
        connection.transaction(),
    ):
        send(connection, written(owner, "update {schema}.t set v = 7"))
    assert "search_path" in str(caught.value.hint)
    assert other.loot() == []


def test_what_the_owner_may_not_is_said_and_nothing_is_done(owner):
    with owner.database.connect() as admin:
        admin.execute(
            "create function public.secret() returns int language sql as 'select 1';"
            " revoke execute on function public.secret() from public"
        )
    with connect(owner.database.url) as connection:
        with pytest.raises(PermissionDenied, match="secret") as caught, connection.transaction():
            send(connection, written(owner, "update {schema}.t set v = public.secret()"))
        assert owner.name in str(caught.value.hint)
        assert connection.execute("select count(*) from pg_namespace where nspname like 'pggit%'").fetchone() == (0,)
        assert connection.execute(written(owner, "select sum(v) from {schema}.t")).fetchone() == (3,)


def test_a_role_that_is_a_member_of_the_owner(owner, role):
    with owner.database.connect() as admin:
        admin.execute(f"create role deployer login in role {owner.name}")
        admin.execute(written(owner, "create table {schema}.whose (who text)"))
        admin.execute(written(owner, f"alter table {{schema}}.whose owner to {owner.name}"))
    try:
        with owner.connect() as there:
            there.execute(
                written(
                    owner,
                    "create function {schema}.who() returns trigger language plpgsql as"
                    " 'begin insert into {schema}.whose values (current_user); return new; end';"
                    " create trigger x before update on {schema}.t for each row execute function {schema}.who()",
                )
            )
        update = written(owner, "update {schema}.t set v = 1")
        with connect(owner.database.url_as("deployer")) as connection:
            with pytest.raises(PgGitError) as caught, connection.transaction():
                send(connection, update)
            assert "CREATE on the database" in str(caught.value.hint)
        with owner.database.connect() as admin:
            admin.execute(f"grant create on database {owner.database.name} to deployer")
        with connect(owner.database.url_as("deployer")) as connection, connection.transaction():
            assert send(connection, update) == 2
        with owner.connect() as there:
            query = written(owner, "select distinct who from {schema}.whose")
            assert there.execute(query).fetchall() == [(owner.name,)]
    finally:
        with owner.database.connect() as admin:
            admin.execute("drop owned by deployer; drop role deployer")


def test_code_of_a_superuser_finds_nothing_of_others(database, role):
    """An overload that fits better than the superuser's own function, in a schema of its search_path."""
    mallory = set_trap(database, role())
    with database.connect() as admin:
        admin.execute(
            "create schema shared; grant usage, create on schema shared to public;"
            " create function shared.pick(text) returns text language sql immutable as 'select $1';"
            " create function public.checks(v varchar) returns boolean language plpgsql immutable as"
            " 'begin return pick(v) is not null; end';"
            " create table public.mine (v varchar); insert into public.mine values ('a')"
        )
        admin.execute(f'alter database "{admin.info.dbname}" set search_path = public, shared')
    with mallory.connect() as there:
        there.execute(
            f"create function shared.pick(varchar) returns text language sql as 'select ({mallory.trap}())::text'"
        )
    statement = "alter table public.mine add constraint c check (public.checks(v))"
    with (
        connect(database.url) as connection,
        pytest.raises(SqlFailed, match="pick") as caught,
        connection.transaction(),
    ):
        send(connection, statement)
    assert "less trusted" in str(caught.value.hint)
    assert mallory.loot() == []


def test_the_engine_knows_the_same_search_paths(database, role):
    """`pggit.path_of` in a tracked database, and what is asked where there is no engine."""
    owner, weak, strong, group = role(), role(), role("login createrole"), role("nologin")
    with database.connect() as admin:
        admin.execute(f'alter database "{admin.info.dbname}" owner to {owner}')
        for number, grantees in enumerate(
            ([], [owner], [weak], [strong], [group], ["public"], ["pg_monitor"], [owner, weak])
        ):
            admin.execute(f"create schema s{number}")
            for grantee in grantees:
                admin.execute(f"grant usage, create on schema s{number} to {grantee}")
        admin.execute(f"create schema {weak} authorization {weak}; create schema own authorization {owner}")
        admin.execute(f"grant {group} to {strong}; grant {strong} to {weak}")
        path = '"$user", s0, s1, s2, s3, s4, s5, s6, s7, own, public, pg_temp, absent'
        admin.execute(f'alter database "{admin.info.dbname}" set search_path = {path}')
        admin.execute(f"alter role {strong} set search_path = own, s0, s1")
    with connect(database.url) as connection:
        install(connection)
        found = {}
        for name in (owner, weak, strong, group, connection.info.user):
            here = search_path_of(connection, quote(name))
            assert connection.execute("select pggit.path_of(%s)", (name,)).fetchone() == (here,)
            found[name] = here
        me, public = connection.info.user, ", public" if connection.info.server_version >= 150000 else ""
        assert search_path_of(connection) == found[me]
        connection.execute(f'alter database "{connection.info.dbname}" owner to "{me}"')
    assert found[owner] == f"pg_catalog, s0, s1, own{public}, pg_temp"
    assert found[strong] == "pg_catalog, s0, pg_temp"
    assert found[me] == "pg_catalog, s0, pg_temp"


@pytest.mark.parametrize("option", ["inherit true, set false", "inherit false, set false", "inherit false, set true"])
def test_a_member_that_cannot_become_the_role_has_not_its_rights(owner, option):
    """GRANT … WITH SET FALSE, since 16: neither SET ROLE nor, of a superuser, its rights."""
    with owner.database.connect() as admin:
        if admin.info.server_version < 160000:
            pytest.skip("membership has no options before 16")
        me = admin.info.user
        admin.execute(f'grant "{me}" to "{owner.name}" with {option}')
    with owner.connect() as there:
        there.execute(written(owner, "alter table {schema}.t add check ({trap}() or id < 10)"))
    with connect(owner.database.url) as connection, connection.transaction():
        assert holds(connection, owner.name, me) is ("set true" in option)
        send(connection, written(owner, "update {schema}.t set v = 5"))
    with owner.database.connect() as admin:
        admin.execute(f'revoke "{me}" from "{owner.name}"')
    if "set false" in option:
        assert owner.loot() == []


def holds(connection, role, other):
    install(connection)
    query = "select pggit.holds(%s::regrole, %s::regrole)"
    return connection.execute(query, (quote(role), quote(other))).fetchone()[0]
