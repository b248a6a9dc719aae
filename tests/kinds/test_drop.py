"""What ``drop`` of the kinds of relations drops, what it leaves to a parent's drop, and what ``create`` leaves apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kinds.altering import RELATIONS, action, objects, run
from pggit.core.state import State
from pggit.kinds import Render, kind_of_key, kinds
from pggit.kinds.reader import read_state
from servers import Database, TestServer

_SETUP = """
create function f() returns trigger language plpgsql as 'begin return null; end';
create schema "S s"; create table "S s"."t t" (a integer primary key, "b b" text default 'x', c serial, d integer check (d > 0));
create index "i i" on "S s"."t t" ("b b"); create statistics "S s"."s s" on a, d from "S s"."t t";
create trigger "x x" after insert on "S s"."t t" for each row execute function f();
create rule "r r" as on update to "S s"."t t" do also nothing;
create policy "p p" on "S s"."t t" using (true);
create view v as select 1 as a; alter view v alter a set default 2; create materialized view m as select 1 as a; create index mi on m (a);
create sequence lone; create foreign data wrapper w; create server s foreign data wrapper w;
create foreign table ft (a integer default 1, constraint fc check (a > 0)) server s;
create type y as (a integer, b text); create table typed of y;
create table p (a integer primary key, b text) partition by list (a); create table p1 partition of p for values in (1);
create index pi on p (b); create trigger px after insert on p for each row execute function f(); alter table p1 disable trigger px;
create table parent (a integer); create table child (b integer) inherits (parent)
"""
_T = '"S s"."t t"'
_DROPS = [
    (f"table {_T}", {"sequence"} | {"column", "constraint", "default", "index", "policy", "rule", "statistics", "trigger"}),
    (f'column {_T}."b b"', {"default", "index"}),
    (f"column {_T}.c", {"default", "sequence"}),
    (f'default {_T}."b b"', set()),
    (f'constraint "t t_d_check" on {_T}', set()),
    (f'constraint "t t_pkey" on {_T}', set()),
    ('index "S s"."i i"', set()),
    ('statistics "S s"."s s"', set()),
    (f'trigger "x x" on {_T}', set()),
    (f'rule "r r" on {_T}', set()),
    (f'policy "p p" on {_T}', set()),
    ("view public.v", {"default"}),
    ("default public.v.a", set()),
    ("materialized view public.m", {"index"}),
    ("index public.mi", set()),
    ("sequence public.lone", set()),
    ("foreign table public.ft", {"column", "default", "constraint"}),
    ("column public.ft.a", {"default", "constraint"}),
    ("constraint fc on public.ft", set()),
    ("default public.ft.a", set()),
    ("constraint p_pkey on public.p", {"constraint"}),
    ("index public.pi", {"index"}),
    ("trigger px on public.p", {"trigger"}),
    ("trigger px on public.p1", set()),
    ("column public.p.b", {"column", "index"}),
    ("column public.child.b", set()),
]  # fmt: skip
"""What is dropped, and the kinds of all that goes with it."""

_NOT_ALONE = [
    "column public.p1.a",
    "column public.child.a",
    "column public.typed.a",
    "constraint p1_pkey on public.p1",
    "index public.p1_b_idx",
]
"""What goes with a parent's object or with a type, and not otherwise."""


def _without(state: State, gone: set[str]) -> State:
    """The state without some objects."""
    left = State()
    for group, key in state.keys():
        if key not in gone and group not in gone:
            left.add(group, key, state.blobs[state.groups[group][key]])
    return left


def test_drop(make_database: Callable[..., Database], server: TestServer) -> None:
    """Each drop makes its object vanish, and what hangs on it, and nothing else."""
    template = make_database()
    run(template.connect(), [_SETUP])
    state = read_state(template.connect())
    template.close()
    keys = {key for _, key in state.keys()}
    for key, along in _DROPS:
        _, statements = action(state, _without(state, {key}), key, server.version)
        connection = make_database(template=template.name).connect()
        run(connection, statements or [])
        gone = keys - {left for _, left in read_state(connection).keys()}
        assert key in gone, statements
        kinds_gone = {kind_of_key(other)[0] for other in gone - {key}}
        assert kinds_gone - {"owner", "comment", "acl"} == along, (statements, gone)
    assert {kind_of_key(key)[0] for key, _ in _DROPS} == set(RELATIONS)


def test_what_is_not_dropped_alone(make_database: Callable[..., Database], server: TestServer) -> None:
    """What a table has from its parent or its type has no statement of its own."""
    connection = make_database().connect()
    run(connection, [_SETUP])
    state = read_state(connection)
    for key in _NOT_ALONE:
        assert action(state, _without(state, {key}), key, server.version)[1] == [], key


@pytest.mark.parametrize("inherits", [False, True], ids=["partition", "inherits"])
def test_what_a_table_keeps(inherits: bool, make_database: Callable[..., Database], server: TestServer) -> None:
    """A table that leaves its parent keeps what it had from there: its checks too, indexes and columns are dropped then."""
    made = "create table p1 () inherits (p)" if inherits else "create table p1 partition of p for values in (1)"
    key = "" if inherits else "partition by list (a)"
    connection, other = make_database().connect(), make_database().connect()
    index = "create index i on p (b)"
    run(connection, [f"create table p (a integer not null, b integer, constraint c check (a > 0)) {key}", made, index])
    run(other, [f"create table p (a integer not null, b integer, constraint c check (a > 0)) {key}", index])
    run(other, ["create table p1 (a integer, constraint c check (a > 0))"])
    a, b = read_state(connection), read_state(other)
    wanted = ["table public.p1", "index public.p1_b_idx", "column public.p1.a", "column public.p1.b"]
    present = {key for _, key in a.keys()} | {key for _, key in b.keys()}
    for changed in wanted:
        if changed in present:
            run(connection, action(a, b, changed, server.version)[1] or [])
    left = read_state(connection)
    assert left.groups["table public.p1"].keys() == b.groups["table public.p1"].keys()
    for changed in b.groups["table public.p1"]:
        assert left.definition("table public.p1", changed) == b.definition("table public.p1", changed), changed


def test_apart(make_database: Callable[..., Database]) -> None:
    """A table is made without the columns and defaults that are to be made apart, and they afterwards."""
    connection = make_database().connect()
    run(
        connection,
        ["create table t (a integer default 1, b integer default 2, c integer generated always as (a + 1) stored)"],
    )
    state = read_state(connection)
    group = "table public.t"
    apart = ("default public.t.b", "column public.t.c")
    render = Render(objects(state, group), connection.info.server_version // 10000, apart=apart)
    statements = kinds()["table"].create(objects(state, group)[0], render)
    assert render.written == {"column public.t.a", "column public.t.b", "default public.t.a"}
    other = make_database().connect()
    run(other, statements)
    found = {key for _, key in read_state(other).keys()}
    assert {"column public.t.b", "default public.t.a"} <= found and not found & set(apart)
    later = Render(objects(state, group), render.major)
    for key in apart:
        obj = later.get(key)
        assert obj is not None
        run(other, kinds()[obj.kind].create(obj, later))
    assert read_state(other).groups == state.groups
