"""Every kind that PostgreSQL can rename or move is renamed by what `rename` writes; nothing else of it changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kinds.altering import loaded, run
from kinds.cases import NAME, SCHEMA, all_cases
from kinds.rebuild import definitions
from pggit.core.errors import UsageError
from pggit.kinds.reader import read_state
from pggit.kinds.write import rename
from servers import TestServer

_EVERYTHING = next(case for case in all_cases() if case.name == "comments-on-everything")
_NEW = f"{SCHEMA}.{NAME}"

MOVED = (
    ("statistics public.st", f"statistics {_NEW}"),
    ("sequence public.q", f"sequence {_NEW}"),
    ("view public.v", f"view {_NEW}"),
    ("materialized view public.m", f"materialized view {_NEW}"),
    ("foreign table public.ft", f"foreign table {_NEW}"),
    ("table public.t", f"table {_NEW}"),
    ("enum public.e", f"enum {_NEW}"),
    ("composite public.y", f"composite {_NEW}"),
    ("range public.r", f"range {_NEW}"),
    ("domain public.d", f"domain {_NEW}"),
    ("base type public.b", f"base type {_NEW}"),
    ("function public.f(integer)", f"function {_NEW}(integer)"),
    ("procedure public.p(integer)", f"procedure {_NEW}(integer)"),
    ("aggregate public.g(integer)", f"aggregate {_NEW}(integer)"),
    ("aggregate public.g0()", f"aggregate {_NEW}()"),
    (
        "aggregate public.o(double precision,anyelement)",
        f"aggregate {_NEW}(double precision,anyelement)",
    ),
    ("operator family public.fam USING btree", f"operator family {_NEW} USING btree"),
    ("operator class public.oc USING btree", f"operator class {_NEW} USING btree"),
    ("collation public.co", f"collation {_NEW}"),
    ("conversion public.cv", f"conversion {_NEW}"),
    ("text search configuration public.tsc", f"text search configuration {_NEW}"),
    ("text search dictionary public.tsd", f"text search dictionary {_NEW}"),
    ("text search parser public.tsp", f"text search parser {_NEW}"),
    ("text search template public.tst", f"text search template {_NEW}"),
)
MOVED_ONLY = (("operator public.===(integer,integer)", f"operator {SCHEMA}.===(integer,integer)"),)
PLAIN = (
    ("schema s", f"schema {NAME}"),
    ("language l", f"language {NAME}"),
    ("event trigger et", f"event trigger {NAME}"),
    ("foreign data wrapper w", f"foreign data wrapper {NAME}"),
    ("server se", f"server {NAME}"),
    ("publication pu", f"publication {NAME}"),
    ("column public.t.a", f"column public.t.{NAME}"),
    ("column public.ft.a", f"column public.ft.{NAME}"),
    ("attribute public.y.f", f"attribute public.y.{NAME}"),
    ("constraint c on public.t", f"constraint {NAME} on public.t"),
    ("domain constraint dc on public.d", f"domain constraint {NAME} on public.d"),
    ("trigger tr on public.t", f"trigger {NAME} on public.t"),
    ("policy po on public.t", f"policy {NAME} on public.t"),
    ("rule ru on public.t", f"rule {NAME} on public.t"),
    ("index public.i", f"index public.{NAME}"),
)
_SETUP = f"""
{_EVERYTHING.setup}; create schema {SCHEMA}; create language l handler plpgsql_call_handler; create type b;
create function b_in(cstring) returns b language internal immutable strict as 'int4in';
create function b_out(b) returns cstring language internal immutable strict as 'int4out';
create type b (input = b_in, output = b_out, internallength = 4)
"""


@pytest.mark.parametrize(("old", "new"), [*MOVED, *MOVED_ONLY, *PLAIN], ids=lambda key: key.split(" public")[0])
def test_rename(old: str, new: str, server: TestServer) -> None:
    """Name and schema change, the object and what hangs on it stay; back again by the same way."""
    with loaded(replace(_EVERYTHING, setup=_SETUP), server) as (connection,):
        before = definitions(read_state(connection))
        run(connection, rename(old, new))
        after = definitions(read_state(connection))
        assert old not in after
        after[new].pop("multirange", None)  # it keeps its name, which is no longer the usual one
        assert after[new] == before[old]
        assert len(after) == len(before)
        run(connection, rename(new, old))
        assert definitions(read_state(connection)) == before


def test_children_of_what_is_renamed() -> None:
    """What a child belongs to has its new name already; where only that changed, nothing is written."""
    assert rename("column public.t.a", "column s.u.b") == ["alter table s.u rename column a to b"]
    assert rename("column public.t.a", "column s.u.a") == []
    assert rename("index public.t_a", "index s.t_b") == ["alter index s.t_a rename to t_b"]
    assert rename("index public.t_a", "index s.t_a") == []
    assert rename("trigger a on public.t", "trigger b on s.u") == ["alter trigger a on s.u rename to b"]
    assert rename("policy a on public.t", "policy a on s.u") == []
    assert rename("comment table public.t", "comment table public.u") == []
    assert rename("acl PUBLIC on table public.t", "acl PUBLIC on table s.t") == []
    assert rename("function public.f(public.old)", "function public.g(public.new)") == [
        "alter function public.f(public.new) rename to g"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("access method a", "access method b"),
        ("extension a", "extension b"),
        ("shell type public.a", "shell type public.b"),
        ("operator public.=(integer,integer)", "operator public.==(integer,integer)"),
        ("table public.a", "view public.a"),
    ],
)
def test_no_rename(old: str, new: str) -> None:
    """What PostgreSQL cannot rename is said so."""
    with pytest.raises(UsageError):
        rename(old, new)


def test_rename_of_shared_objects(server: TestServer) -> None:
    """Roles and subscriptions."""
    with loaded(replace(_EVERYTHING, setup=""), server) as (connection,):
        connection.execute("create role kc_a")
        run(connection, rename("role kc_a", 'role "kc B"'))
        server.drop_role("kc B")
        connection.execute("create subscription s connection '' publication p with (connect = false, slot_name = none)")
        run(connection, rename("subscription s", 'subscription "S 1"'))
        connection.execute('drop subscription "S 1"')
