"""Sessions of pgGit find what is in pg_catalog, whatever the owner of the database, or a role, has prepared for them."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

import pggit
from pggit.db.connect import connect, pin
from pggit.db.load import load_directory
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
