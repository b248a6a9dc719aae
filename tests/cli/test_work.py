"""The main job by the command line: from init to blame."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest


def test_the_main_job(pggit, sql):
    assert pggit("init").out.startswith("Tracking database")
    assert "nothing to do" in pggit("init").out
    assert "nothing to commit" in pggit("status").out

    sql("create table users (id int primary key, email text not null default 'x')")
    told = pggit("status").out
    assert "new:       table public.users  (2 columns, 1 constraint, 1 default)" in told
    assert '(use "pggit diff" to see them' in told
    made = pggit("commit", "-m", "Add users", "-m", "They log in.")
    assert re.match(r"\[main [0-9a-f]{10}\] Add users\n \d+ objects changed\n$", made.out)
    assert made.status == 0

    sql("alter table users alter email type varchar(99), add active boolean")
    told = pggit("status").out
    assert "modified:  column public.users.email  (type: text → character varying(99))" in told
    assert "new:       column public.users.active" in told


def test_diff_shows_ddl_before_and_after(shop, sql):
    sql("alter table products alter price type numeric(12,2); alter table customers add points int not null default 0")
    sql("drop view order_totals; create schema crm")
    lines = shop("diff").lines
    assert "- alter table public.products add column price numeric(10,2) not null;" in lines
    assert "+ alter table public.products add column price numeric(12,2) not null;" in lines
    assert "+ alter table public.customers add column points integer default 0 not null;" in lines
    assert "deleted view public.order_totals" in lines
    assert "new schema crm" in lines
    assert "+ create schema crm;" in lines


def test_diff_of_bodies_shows_the_lines_that_differ(shop, sql):
    sql(
        "create or replace function open_orders(customer integer) returns bigint language sql stable"
        " as $$\n  select 1::bigint\n$$"
    )
    found = shop("diff").lines
    assert found[0] == "modified function public.open_orders(integer): body"
    assert "+   select 1::bigint" in found
    assert sum(line.startswith(("+", "-")) for line in found) == 2


def test_diff_of_states_and_objects(shop, sql):
    sql("alter table customers add phone text; alter table orders add note text")
    assert shop("diff", "--", "public.customers").out.count("add column") == 1
    assert shop("diff", "public.orders").out.count("add column") == 1
    assert "phone" in shop("diff", "v1", "work", "public.customers.phone").out
    assert shop("diff", "HEAD", "v1").out == ""
    assert shop("diff", "--exit-code").status == 1
    assert shop("diff", "HEAD", "v1", "--exit-code").status == 0
    stat = shop("diff", "--stat").lines
    assert stat[-1] == " 2 groups changed, 2 created"
    assert "+1" in stat[0]
    assert shop("diff", "empty", "HEAD~1", "--no-owners").out == ""


def test_diff_needs_nothing_installed(program, make_database, tmp_path):
    a, b = make_database(), make_database()
    a.connect().execute("create table t (id int)")
    b.connect().execute("create table t (id int, name text)")
    found = program("diff", a.url, b.url)
    assert found.lines[1] == "+ alter table public.t add column name text;"
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "1.sql").write_text("create table t (id bigint);")
    assert "numeric" not in program("diff", a.url, "dir:schema").out
    assert program("diff", a.url, "dir:schema/", "--json").json["changes"][0]["new"] == {"type": "bigint"}
    assert program("diff", a.url, a.url, "--exit-code").status == 0
    assert program("diff", a.url, b.url, "--", "public.nope").status == 3
    assert "name" in program("diff", a.url, b.url, "--", "public.t").out
    assert "id bigint" in program("--db", a.url, "diff", "work", "schema/1.sql").out


def test_log_and_show(shop, sql):
    sql("create table extra (id int)")
    shop("commit", "-m", "Extra\n\nMore of it.")
    log = shop("log").lines
    assert re.fullmatch(r"commit [0-9a-f]{64} \(HEAD -> main\)", log[0])
    assert log[1].startswith("Author: ")
    assert "    More of it." in log
    assert [line[11:] for line in shop("log", "--oneline").lines] == [
        "(HEAD -> main) Extra",
        "(tag: v1) The shop",
        "Initial commit",
    ]
    assert shop("log", "--oneline", "-n", "1").out.count("\n") == 1
    assert [line[11:] for line in shop("log", "--oneline", "public.extra").lines] == ["(HEAD -> main) Extra"]
    assert shop("log", "--oneline", "v1", "public.extra").out == ""
    shown = shop("show").out
    assert "+ create table public.extra (" in shown
    assert "Extra" in shown
    assert "customers" in shop("show", "v1", "--stat").out


def test_what_could_be_a_ref_is_a_ref(shop, sql):
    sql("create schema v1; create table v1.t (id int)")
    shop("commit", "-m", "A schema named as the tag")
    assert len(shop("log", "--oneline", "v1").lines) == 2
    assert [line[26:] for line in shop("log", "--oneline", "--", "v1").lines] == ["A schema named as the tag"]


def test_branches(shop, sql):
    assert shop("switch", "-c", "loyalty").out == "On branch loyalty.\n"
    sql("alter table customers add points int")
    assert shop("switch", "main").status == 0  # where HEAD is: what is not committed stays so
    assert "points" in shop("status").out
    shop("switch", "loyalty")
    shop("commit", "-m", "Points")
    assert shop("branch", "-d", "loyalty").status == 6
    listed = shop("branch").out
    assert re.search(r"\* +loyalty", listed)
    sql("create table extra (id int)")
    refused = shop("switch", "main")
    assert refused.status == 6
    assert "pggit stash" in refused.err
    sql("drop table extra")
    planned = shop("switch", "main", "--dry-run").out
    assert "alter table public.customers drop column points;" in planned
    assert "select pggit.move_head('main'" in planned
    assert re.search(r"\* +loyalty", shop("branch").out)
    assert shop("switch", "main").status == 0
    assert "points" not in shop("diff", "empty", "work").out
    graph = shop("log", "--graph", "--all", "--oneline").lines
    assert graph[0].startswith("* ")
    unmerged = shop("branch", "-d", "loyalty")
    assert unmerged.status == 6
    assert "loyalty has 1 commit that HEAD has not" in unmerged.err
    assert shop("branch", "-D", "loyalty").out == "Deleted branch loyalty.\n"
    assert shop("branch", "old", "HEAD~1").status == 0
    remembered = shop("reflog", "loyalty").lines
    assert remembered[1].split()[:2] == ["-", "-"] and remembered[1].endswith("deleted")
    assert "loyalty@{0}" in remembered[2] and shop("rev-parse", "heads/loyalty@{0}").status == 0


def test_reset_revert_and_stash(shop, sql):
    sql("create table extra (id int primary key); insert into extra values (1)")
    assert shop("commit", "-m", "Extra").status == 0
    assert re.match(r"main is at [0-9a-f]{10}\.\n", shop("reset", "HEAD~1").out)
    assert "new:       table public.extra" in shop("status").out
    shop("reset", "main@{1}")
    taken = shop("revert", "HEAD")
    assert re.match(r'\[main [0-9a-f]{10}\] Revert "Extra"\n  kept:     table public.extra\n', taken.out)
    assert "table public.extra" in shop("stash", "kept").out
    assert "returned: table public.extra" in shop("reset", "--hard", "HEAD~1").out
    sql("alter table extra add v text")
    assert "Put aside" in shop("stash", "push", "-m", "values").out
    assert "values" in shop("stash", "list").lines[1]
    assert "add column v" in shop("stash", "show").out
    assert "nothing to commit" in shop("status").out
    assert "drop column v" not in shop("stash", "pop", "--dry-run").out
    assert shop("stash", "pop").status == 0
    assert "public.extra.v" in shop("status").out
    shop("stash")
    assert "Dropped stash/1" in shop("stash", "drop").out


def test_hazards_are_asked_about(shop, sql):
    sql("alter table customers add points int; insert into customers (name, email) values ('a', 'a@b.c')")
    refused = shop("reset", "--hard", "--allow", "data-loss")
    assert refused.status == 2
    assert "pggit reset --hard HEAD --yes" in refused.err
    assert shop("reset", "--hard", "--allow", "data-loss", "--yes").status == 0
    assert len(shop("stash", "kept").lines) == 1


def test_tags(shop):
    assert "v1" in shop("tag").out
    assert shop("tag", "first", "HEAD~1", "-m", "How it began").status == 0
    assert "How it began" in shop("tag").out
    assert shop("tag", "-d", "first").out == "Deleted tag first.\n"


def test_blame_and_history(shop, sql):
    sql("alter table customers add points int")
    shop("commit", "-m", "Points", "--author", "Release <release@example.org>")
    rows = {line.split("  ")[-2].strip() or line: line for line in shop("blame", "public.customers").lines[1:]}
    points = next(line for line in rows.values() if "customers.points" in line)
    assert "Points" in points and "Release" in points
    assert "The shop" in next(line for line in rows.values() if "customers.email " in line)
    assert "The shop" in shop("blame", "public.customers", "v1").out
    history = shop("history", "public.customers.points").out
    assert "new column public.customers.points  (ALTER TABLE)" in history
    assert "alter table customers add points int" in history
    assert shop("history", "-n", "1").out.count("When:") == 1


def test_reflog(shop):
    lines = shop("reflog").lines
    assert "HEAD@{0}" in lines[1] and "commit: The shop" in lines[1]
    assert shop("reflog", "main", "-n", "1").out.count("\n") == 2


def test_times_are_states(shop):
    assert shop("diff", "HEAD@{1 hour ago}", "HEAD", "--stat").status == 0
    assert "customers" in shop("diff", "main@{1}", "main", "--stat").out


def test_fsck_gc_health(shop, sql):
    assert shop("fsck").status == 0
    assert shop("gc").out.startswith("Removed")
    assert "ok       event triggers" in shop("health").out
    sql("alter event trigger pggit_ddl disable")
    sick = shop("health")
    assert sick.status == 1
    sql("create table unseen (id int)")
    found = shop("fsck")
    assert found.status == 1
    assert "public.unseen" in found.out
    assert "1 of" in shop("status").out or "unseen" in shop("status").out


def test_pause_and_config(shop, sql):
    assert shop("pause", "1 hour").out == "Tracking is paused for 1:00:00.\n"
    assert "warning  tracking" in shop("health").out
    assert shop("pause", "0").out == "Tracking is on.\n"
    assert shop("config", "on_error").out == "warn\n"
    assert shop("config", "on_error", "block").status == 0
    assert shop("config", "on_error").out == "block\n"
    assert re.search(r"on_error +block +repository", shop("config").out)
    assert shop("config", "--unset", "on_error").status == 0
    assert shop("config", "color").out == "auto\n"
    shop("config", "auto_commit", "on")
    sql("create table automatic (id int)")
    shop("status")
    assert "automatic" in shop("log", "--oneline").out


def test_init_print_dry_run_upgrade_uninstall(pggit, sql):
    printed = pggit("init", "--print").out
    assert "create schema pggit" in printed
    sql("create table kept (id int)")
    assert "Nothing was changed" in pggit("init", "--dry-run").out
    assert pggit("status").status == 6
    pggit("init")
    assert pggit("upgrade").status == 0
    assert pggit("uninstall").status == 2  # no terminal to ask on
    assert "is removed" in pggit("uninstall", "--yes").out
    assert pggit("status").status == 6


def test_what_was_kept_outlives_pggit_and_is_told_of(shop, sql):
    sql("create table own (a int primary key); insert into own values (1)")
    shop("commit", "-m", "own")
    shop("switch", "-c", "side")
    sql("alter table own add c int default 7")
    shop("commit", "-m", "c")
    assert "kept" in shop("switch", "main", "--yes").out
    gone = shop("uninstall", "--yes").out
    assert "Schema pggit_stash" in gone
    sql("select c from pggit_stash.kept_1")
    shop("init")
    sql("drop schema pggit_stash cascade; create schema pggit_stash")
    assert "pggit_stash" not in shop("uninstall", "--yes").out
    sql("create schema pggit_stash")  # it is gone


def test_the_printed_sql_installs(pggit, database):
    with database.connect() as connection:
        connection.execute(pggit("init", "--print").out)
    assert pggit("status").status == 0


def test_grant(shop, role, database, program):
    reader = role()
    assert shop("grant", "reader", reader).out == f"{reader} is reader now.\n"
    assert program("--db", database.url_as(reader), "log").status == 0
    assert program("--db", database.url_as(reader), "commit", "-m", "x").status in (5, 1)


def test_commit_in_an_editor(shop, sql, monkeypatch, tmp_path):
    sql("create table edited (id int)")
    script = tmp_path / "editor.py"
    script.write_text("import sys; p = sys.argv[1]; t = open(p).read(); open(p, 'w').write('From the editor\\n' + t)")
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')
    assert "From the editor" in shop("commit").out
    sql("drop table edited")
    script.write_text("")
    refused = shop("commit")
    assert refused.status == 2
    assert "empty" in refused.err
    monkeypatch.setenv("EDITOR", "false")
    assert "failed" in shop("commit").err


def test_import(pggit, tmp_path: Path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "0001_one.sql").write_text("create table one (id int);")
    (tmp_path / "m" / "0002_two.sql").write_text("alter table one add name text;")
    pggit("init")
    assert "2 commits" in pggit("import", "--migrations", "m").out
    assert "two" in pggit("log", "--all", "--oneline").out
    assert pggit("import").status == 2
    assert pggit("import", "--migrations", "nowhere").status == 3


@pytest.mark.parametrize("written", ["author = 'x'", "user_name = 'Shop Team'\nuser_email = 'team@example.org'"])
def test_author_by_settings(shop, sql, tmp_path, written):
    (tmp_path / ".pggit.toml").write_text(written)
    sql("create table signed (id int)")
    made = shop("commit", "-m", "signed")
    if "user_name" not in written:
        assert made.status == 2
        return
    assert "Author: Shop Team <team@example.org>" in shop("log", "-n", "1").out
