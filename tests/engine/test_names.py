"""Hostile names, through capture, history, blame, log and diff; and what a user's word for an object means."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

import pggit
from engine.oracle import fold, one, recorded, recorded_equals_live

HOSTILE = [
    'q"uote',
    "it's",
    "a.b",
    "My Schema",
    "ünïcödé ☃",
    "x" * 63,
    "); drop table pggit.commit; --",
    "on",
    "f(integer)",
    "$$",
    "%s %I {0}",
    "\\",
    "a\nb",
    " lead",
    "select",
    "A",
]

MAKE = """
    create schema {n}; create table {n}.{n} ({n} int constraint {k} primary key, b text default 'x'); create index {i} on {n}.{n} (b);
    create view {n}.{v} as select {n} from {n}.{n}; create sequence {n}.{s}; create type {n}.{t} as enum ({l}); create domain {n}.{d} as int constraint {n} check (value > 0);
    create function {n}.{n}({n} int) returns int language sql as 'select 1'; create type {n}.{c} as ({n} int);
    create trigger {n} before update on {n}.{n} for each row execute function suppress_redundant_updates_trigger();
    alter table {n}.{n} enable row level security; create policy {n} on {n}.{n} using (true); create rule {n} as on insert to {n}.{v} do instead nothing;
    create statistics {n}.{n} on {n}, b from {n}.{n}; comment on column {n}.{n}.{n} is {l}; comment on constraint {k} on {n}.{n} is {l};
    create collation {n}.{n} (locale = 'C'); create materialized view {n}.{m} as select 1 as {n}; create publication {n} for table {n}.{n};
    create foreign data wrapper {n}; create server {n} foreign data wrapper {n} options (x {l}); create foreign table {n}.{f} ({n} int) server {n};
    alter table {n}.{n} rename {n} to {o}; alter table {n}.{n} rename to {o}; alter schema {n} rename to {o}
"""


def fill(name: str, connection: psycopg.Connection) -> str:
    parts = {
        letter: sql.Identifier((letter + name)[:63] if len(name.encode()) < 60 else letter + name[1:])
        for letter in "ivstdcmfok"
    }
    return sql.SQL(MAKE).format(n=sql.Identifier(name), l=sql.Literal(name[:20]), **parts).as_string(connection)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tracked, connection, role, name):
    text = fill(name, connection)
    connection.execute(text)
    recorded_equals_live(connection)
    with pggit.open(tracked.url) as repo:
        repo.commit(f"with {name}")
        for key in recorded(connection):
            assert {blame.key for blame in repo.blame(key)} >= {key}, key
        new = "o" + name if len(name.encode()) < 60 else "o" + name[1:]
        table = one(connection, "select format('%%I.%%I', %s::text, %s::text)", new[:63], new[:63])
        found = {blame.key for blame in repo.blame(table)}
        assert f"table {table}" in found and len([key for key in found if key.startswith("column ")]) == 2
        assert len(repo.log(object=table)) == 1
        assert repo.history(table)
        assert connection.execute("select count(*) from pggit.get_history(%s)", [table]).fetchone()[0] > 0
        assert repo.diff("HEAD~1", "HEAD")
        assert repo.fsck() == []


def test_a_role_with_a_hostile_name(tracked, connection, role):
    name = role(name="r\"o'le .; x")
    connection.execute(
        sql.SQL("create table t (a int); grant select, update on t to {}; alter table t owner to {}").format(
            *[sql.Identifier(name)] * 2
        )
    )
    recorded_equals_live(connection)
    one(connection, "select pggit.grant_access('reader', %s)", name)
    assert tracked.connect(user=name).execute("select count(*) from pggit.status()").fetchone()[0] > 0
    connection.execute("drop table t")


KEYS = [
    "table public.users", "column public.users.id", "default public.users.id", "constraint users_pkey on public.users", "index public.users_i",
    "trigger x on public.users", "policy p on public.users", "comment column public.users.id", "comment constraint users_pkey on public.users",
    "comment trigger x on public.users", "owner table public.users", "acl bob on table public.users", "acl bob on column public.users.id",
    "table public.users2", "column public.users2.id", "constraint users_pkey on public.users2", "trigger x on public.users2", "table xpublic.users",
    "trigger public.users on public.other", "function public.users(integer)", "function public.f(public.users)", 'table public."users on public.users"',
    "security label dummy on column public.users.id", "comment trigger x on public.users2", "owner table public.users2", 'column public."a b".id',
]  # fmt: skip
OF_USERS = set(KEYS[:13]) - {"index public.users_i"} | {"security label dummy on column public.users.id"}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("public.users", OF_USERS | {"function public.users(integer)"}),
        ("public.users.id", {key for key in KEYS if key.endswith("public.users.id")}),
        ("column public.users.id", {"column public.users.id", "comment column public.users.id", "acl bob on column public.users.id",
                                    "security label dummy on column public.users.id"}),
        ("table public.users", {"table public.users", "owner table public.users", "acl bob on table public.users"}),
        ("public.users2", {key for key in KEYS if "public.users2" in key}),
        ("users", set()),
        ("public", {key for key in KEYS if " public." in key and '"users on' not in key} | {'table public."users on public.users"'}),
        ("public.user", set()),
        ("users_pkey on public.users", {"constraint users_pkey on public.users", "comment constraint users_pkey on public.users"}),
        ("public.f(public.users)", {"function public.f(public.users)"}),
        ('public."a b"', {'column public."a b".id'}),
    ],
)  # fmt: skip
def test_what_a_word_means(connection, word, meant):
    found = connection.execute(
        "select k from unnest(%s::text[]) as k where pggit.names(k, %s)", [KEYS, word]
    ).fetchall()
    assert {key for (key,) in found} == meant


def test_the_history_of_a_dropped_and_renamed_object(tracked, connection):
    connection.execute("create table t (a int)")
    connection.execute("alter table t rename to u")
    connection.execute("drop table u")
    fold(connection)
    rows = connection.execute(
        "select key, old is null, new is null from pggit.get_history('public.t') where key like 'table %'"
    ).fetchall()
    assert rows == [("table public.t", False, True), ("table public.t", True, False)]
    with pggit.open(tracked.url) as repo, pytest.raises(pggit.core.errors.NotFound):
        repo.history("public.nowhere")
