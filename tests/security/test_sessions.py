"""Sessions of pgGit find what is in pg_catalog, whatever the owner of the database, or a role, has prepared for them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

import pggit
from pggit.db.connect import connect, pin
from pggit.db.load import load_directory
from pggit.work.switch import switch
from security.conftest import set_trap

READ = "select current_setting('search_path'), current_user, current_setting('standard_conforming_strings')"


def test_a_session_searches_pg_catalog_alone(database):
    with closing(connect(database.url)) as connection:
        assert connection.execute(READ).fetchone() == ("pg_catalog, pg_temp", "postgres", "on")


def test_neither_the_url_nor_the_role_nor_the_database_says_otherwise(role, database):
    owner = role()
    with database.connect() as admin:
        admin.execute(f"alter database {database.name} owner to {owner}; alter role {owner} set search_path = evil")
    with database.connect(user=owner) as there:
        for setting in (
            "search_path = evil, pg_catalog",
            "standard_conforming_strings = off",
            "transform_null_equals = on",
            "array_nulls = off",
            "quote_all_identifiers = on",
            f"role = {owner}",
        ):
            there.execute(f"alter database {database.name} set {setting}")
    for url in (database.url, psycopg.conninfo.make_conninfo(database.url, options="-csearch_path=evil")):
        with closing(connect(url)) as connection:
            assert connection.execute(READ).fetchone() == ("pg_catalog, pg_temp", "postgres", "on")
            assert connection.execute("select quote_ident('a'), %s::text[]", [[None]]).fetchone() == ("a", [None])
            assert connection.execute("select count(*) from pg_class where relname = null").fetchone() == (0,)
    with closing(connect(database.url_as(owner))) as connection:
        assert connection.execute(READ).fetchone() == ("pg_catalog, pg_temp", owner, "on")


ODD = [
    "search_path = nowhere", "standard_conforming_strings = off", "quote_all_identifiers = on", "datestyle = 'German'",
    "datestyle = 'SQL, DMY'", "intervalstyle = 'iso_8601'", "client_encoding = 'LATIN1'", "bytea_output = 'escape'",
    "default_transaction_isolation = 'serializable'", "default_transaction_deferrable = on", "row_security = off",
    "session_replication_role = replica", "idle_in_transaction_session_timeout = '1ms'", "transaction_timeout = '1ms'",
    "default_tablespace = 'nowhere'", "timezone = 'Asia/Kathmandu'", "extra_float_digits = -3", "xmloption = document",
    "backslash_quote = off", "transform_null_equals = on", "lc_monetary = 'C'", "plan_cache_mode = force_generic_plan",
]  # fmt: skip
"""What a role can have set for itself, harmless for others."""


@pytest.mark.parametrize("setting", ODD)
def test_odd_settings_of_a_role_change_nothing(role, database, setting):
    operator = role("superuser login")
    with database.connect() as admin:
        if admin.execute("select from pg_settings where lower(name) = %s", [setting.split(" =")[0]]).rowcount == 0:
            pytest.skip("this server has no such setting")
        admin.execute(f"alter role {operator} set {setting}")
    with pggit.open(database.url_as(operator)) as repository:
        repository.init()
        with database.connect() as admin:
            admin.execute(SHOP)
        assert "table public.shop" in {change.key for change in repository.status().changes}
        first = repository.commit("é: a shop")
        repository.create_branch("side")
        switch(repository, "side")
        with database.connect() as admin:
            admin.execute("alter table shop add more int; insert into shop (id) values (1)")
        assert [change.key for change in repository.diff()] == ["column public.shop.more"]
        repository.commit("more")
        switch(repository, "main")
        assert repository.log()[0].hash == first.hash
        assert abs(repository.log()[0].time - datetime.now(UTC)) < timedelta(minutes=5)
        assert repository.fsck() == []
    with database.connect() as admin:
        assert admin.execute("select id, price::text, since::text, raw = '\\x01' from shop").fetchall() == [
            (1, "1.50", "2020-02-01", True)
        ]


SHOP = """create table shop (id int primary key, price numeric(10, 2) default 1.5, since date default '2020-02-01',
  raw bytea default '\\x01', every interval default '1 day 02:03', note text default 'a\\b');
create function twice(a int) returns int language sql as 'select a * 2';
create view cheap as select id from shop where price < 10"""


def test_a_role_that_acts_as_another_one_by_its_own_setting_still_does(role, database):
    group, member = role("nologin"), role()
    with database.connect() as admin:
        admin.execute(f"grant {group} to {member}; alter role {member} set role = {group}")
    with closing(connect(database.url_as(member))) as connection:
        assert connection.execute("select current_user::text").fetchone() == (group,)


def test_what_the_owner_of_a_database_sets_does_not_make_them_owner_of_the_engine(role, database):
    owner = role()
    with database.connect() as admin:
        admin.execute(f"alter database {database.name} owner to {owner}")
        admin.execute(f"alter database {database.name} set role = {owner}")
    with pggit.open(database.url) as repo:
        repo.init()
    with database.connect() as admin:
        query = "select distinct pg_get_userbyid(proowner) from pg_proc where pronamespace = 'pggit'::regnamespace"
        assert admin.execute(query).fetchall() == [("postgres",)]


@pytest.mark.parametrize("path", ["public, pg_catalog", "lair, pg_catalog"])
def test_functions_and_operators_of_others_are_not_found(role, database, path):
    attacker = set_trap(database, role())
    with database.connect() as admin:
        admin.execute("grant create on schema public to public; create schema lair; grant all on schema lair to public")
        admin.execute(f"alter database {database.name} set search_path = {path}")
    with attacker.connect() as there:
        for schema in ("public", "lair"):
            there.execute(
                f"create function {schema}.count() returns bigint language sql as $$select 0 where {attacker.trap}()$$;"
                f" create function {schema}.same(name, name) returns boolean language sql as 'select {attacker.trap}()';"
                f" create operator {schema}.= (leftarg = name, rightarg = name, function = {schema}.same);"
                f" create function {schema}.set_config(text, text, boolean) returns text language sql"
                f" as 'select {attacker.trap}()::text';"
                f" create function {schema}.quote_ident(name) returns text language sql"
                f" as 'select {attacker.trap}()::text'"
            )
    with pggit.open(database.url) as repo:
        repo.init()
        repo.status()
        repo.log()
        repo.fsck()
        repo.uninstall()
    with connect(database.url) as admin:  # loot() looks as a user does, and would run it
        admin.execute(f"alter database {database.name} reset search_path")
    assert attacker.loot() == []


def test_files_of_users_are_loaded_with_the_users_own_path(database, tmp_path):
    (tmp_path / "a.sql").write_text("create table t (a int); create view v as select a from t")
    with closing(connect(database.url, own_path=True)) as connection:
        load_directory(connection, tmp_path)
        assert connection.execute("select 'public.v'::regclass::text").fetchone() == ("v",)


def test_a_session_can_be_pinned_again(database):
    with closing(connect(database.url)) as connection:
        connection.execute("reset all")
        pin(connection)
        assert connection.execute("show search_path").fetchone() == ("pg_catalog, pg_temp",)
