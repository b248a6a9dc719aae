"""Drift of a live database: from a commit, from files, from another database; and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

import pggit
from pggit.core.errors import NotInstalled, UsageError
from pggit.work.drift import drift


def test_no_drift(shop, database):
    done = shop("drift")
    assert (done.status, done.out) == (0, f"Database {database.name} is as HEAD.\n")
    assert shop("drift", "HEAD", "--repair", "--yes").status == 0


def test_drift_tells_who(shop, sql, database, role):
    name = role("login")
    sql(f"grant all on schema public to {name}")
    assert shop("commit", "-m", "rights").status == 0
    database.connect(user=name).execute("create table public.mine (a int)")
    sql("alter table public.products add note text")
    done = shop("drift")
    assert done.status == 1
    assert done.lines[0] == f"Database {database.name} differs from HEAD:"
    assert "    new:       table public.mine  (1 column)" in done.lines
    at = done.lines.index("    new:       table public.mine  (1 column)")
    assert done.lines[at + 1].startswith(f"        {name}, 20") and done.lines[at + 1].endswith(", CREATE TABLE")
    at = done.lines.index("    new:       column public.products.note")
    assert done.lines[at + 1].startswith("        postgres, 20") and done.lines[at + 1].endswith(", ALTER TABLE")
    found = shop("drift", "--json").json
    assert found["drift"] and found["history"]
    (mine,) = [one for one in found["objects"] if one["change"]["key"] == "table public.mine"]
    assert (mine["event"]["current_user"], mine["event"]["tag"]) == (name, "CREATE TABLE")


def test_what_no_trigger_saw_is_nobody_s(shop, database):
    connection = database.connect()
    connection.execute("alter table public.products add a int")  # seen
    for (trigger,) in connection.execute("select evtname from pg_event_trigger").fetchall():
        connection.execute(f"alter event trigger {trigger} disable")
    connection.execute("alter table public.products alter a type bigint, add b int")
    with pggit.open(database.url) as repo:
        found = {one.change.key: one.event for one in drift(repo).objects}
    assert found == {"column public.products.a": None, "column public.products.b": None}
    assert "by whom is not known" in shop("drift").out


def test_the_database_is_only_read(shop, sql, database):
    sql("create table public.more ()")
    connection = database.connect()
    before = connection.execute("select count(*), max(id) from pggit.change").fetchone()
    connection.execute(f"alter database {database.name} set default_transaction_read_only = on")
    done = shop("drift")
    assert done.status == 1 and "table public.more" in done.out
    assert connection.execute("select count(*), max(id) from pggit.change").fetchone() == before


def test_a_directory_where_nothing_is_installed(pggit, sql, database):
    Path("schema").mkdir()
    Path("schema/a.sql").write_text("create table a (id int primary key, b text)")
    sql("create table a (id int primary key, b text, c int); create table old ()")
    done = pggit("drift", "dir:schema", "--json")
    assert done.status == 1
    assert [one["change"]["key"] for one in done.json["objects"] if one["change"]["key"] != "owner table public.old"] == [
        "column public.a.c", "table public.old"]  # fmt: skip
    assert not done.json["history"] and {one["event"] is None for one in done.json["objects"]} == {True}
    assert "known" not in pggit("drift", "dir:schema").out
    assert pggit("drift", "dir:schema", "--ignore", "public.old", "--ignore", "public.a").status == 0
    assert pggit("drift").status == 6
    assert pggit("drift", "work").status == 2
    assert pggit("drift", "dir:nowhere").status == 3
    assert pggit("drift", "dir:schema", "--yes").status == 2
    assert database.connect().execute("select to_regnamespace('pggit')").fetchone() == (None,)


def test_another_database(pggit, sql, make_database):
    other = make_database()
    assert pggit("drift", other.url).status == 0
    other.connect().execute("create table a ()")
    done = pggit("drift", other.url)
    assert done.status == 1 and "deleted:   table public.a" in done.out
    assert pggit("drift", other.url, "--repair", "--yes").status == 0
    assert pggit("drift", other.url).status == 0


def test_repair(shop, sql, database):
    sql(
        "alter table public.products add note text; insert into public.products (sku, title, price) values ('x', 'x', 1)"
    )
    sql("create index hot on public.products (price); alter table public.products alter title drop not null")
    planned = shop("drift", "--repair", "--dry-run")
    assert planned.status == 1 and "drop index concurrently if exists public.hot;" in planned.out
    assert shop("drift").status == 1
    refused = shop("drift", "--repair", "--yes")
    assert refused.status == 6 and "--allow data-loss" in refused.err
    assert shop("drift", "--repair").status == 6
    asked = shop("drift", "--repair", "--allow", "data-loss")
    assert asked.status == 2 and "no terminal to ask on" in asked.err
    done = shop("drift", "--repair", "--yes", "--allow", "data-loss")
    assert done.status == 0 and done.lines[-1] == f"Database {database.name} is as HEAD again."
    assert shop("drift").status == 0
    assert "nothing to commit" in shop("status").out
    assert database.connect().execute("select count(*) from public.products where sku = 'x'").fetchone() == (1,)


def test_repair_for_programs(shop, sql):
    sql("create view public.v as select 1 as one")
    planned = shop("drift", "--repair", "--dry-run", "--json")
    assert planned.status == 1 and [one["sql"] for one in planned.json["plan"]] == ["drop view public.v"]
    done = shop("drift", "--repair", "--yes", "--json")
    assert done.status == 0 and done.err == ""
    assert done.json["applied"]["statements"] == 1


def test_what_is_not_tracked_is_left(shop, sql, database, role):
    assert shop("config", "ignore", "^table public\\.tmp_").status == 0
    assert shop("config", "ignore_kinds", "comment").status == 0
    sql("create table public.tmp_1 (a int); comment on table public.products is 'x'")
    assert shop("drift").status == 0
    sql("create table public.kept (a int)")
    assert shop("drift", "--repair", "--yes", "--allow", "data-loss").status == 0
    assert database.connect().execute("select to_regclass('tmp_1') is null, to_regclass('kept') is null").fetchone() == (
        False, True)  # fmt: skip


def test_errors_of_the_library(database):
    with pggit.open(database.url) as repo:
        with pytest.raises(NotInstalled):
            drift(repo)
        with pytest.raises(UsageError):
            drift(repo, "work")
        with pytest.raises(UsageError):
            drift(repo, "empty", ignore=["nonsense"])
