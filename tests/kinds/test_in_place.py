"""Where PostgreSQL admits a change in place in some cases only, `alter` says None exactly where PostgreSQL refuses."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from kinds.altering import alteration, run
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, write
from pggit.kinds.reader import read_state
from servers import Database

_RETURNS = "returns int language sql as 'select 1'"
_ROW = "language sql as 'select 1, 2'"
ROUTINES = (
    # what is there, what shall be, whether CREATE OR REPLACE can
    (f"function f(int) {_RETURNS}", f"function f(a int) {_RETURNS}", True),
    (f"function f(a int) {_RETURNS}", f"function f(b int) {_RETURNS}", False),
    (f"function f(a int) {_RETURNS}", f"function f(int) {_RETURNS}", False),
    (f"function f(int) {_RETURNS}", f"function f(int default 1) {_RETURNS}", True),
    (f"function f(int default 1) {_RETURNS}", f"function f(int default 2) {_RETURNS}", True),
    (f"function f(int default 1) {_RETURNS}", f"function f(int) {_RETURNS}", False),
    (f"function f(anyelement default 1) {_RETURNS}", f"function f(anyelement default 'x'::text) {_RETURNS}", False),
    (f"function f(int[]) {_RETURNS}", f"function f(variadic int[]) {_RETURNS}", True),
    (f"function f(int) {_RETURNS}", "function f(int, out x int) language sql as 'select 1'", True),
    (f"function f(int) {_RETURNS}", "function f(int) returns setof int language sql as 'select 1'", False),
    (f"function f(int) {_RETURNS}", "function f(int) returns text language sql as 'select text ''a'''", False),
    (f"function f(int, out x int, out y int) {_ROW}", f"function f(int, out x int, out z int) {_ROW}", False),
    (f"function f(int, out x int, out y int) {_ROW}", f"function f(int, out y int, out x int) {_ROW}", False),
    (f"function f(inout a int, out b int) {_ROW}", f"function f(a int, out a int, out b int) {_ROW}", True),
    (
        "function f(int) returns setof int language sql as 'select 1'",
        "function f(int) returns table (x int) language sql as 'select 1'",
        True,
    ),
    ("procedure p(a int) language sql as ''", "procedure p(b int) language sql as ''", False),
    ("procedure p(int default 1) language sql as ''", "procedure p(int) language sql as ''", False),
    (
        "aggregate a(int) (sfunc = int4pl, stype = int)",
        "aggregate a(x int) (sfunc = int4mul, stype = int, initcond = '1')",
        True,
    ),
    ("aggregate a(x int) (sfunc = int4pl, stype = int)", "aggregate a(y int) (sfunc = int4pl, stype = int)", False),
    (
        "aggregate a(int) (sfunc = int4pl, stype = int, initcond = '0')",
        "aggregate a(int) (sfunc = int84pl, stype = bigint, initcond = '0')",
        False,
    ),
)


def _loaded(database: Database, setup: str) -> tuple[psycopg.Connection, State]:
    connection = database.connect()
    connection.execute(setup.encode())
    return connection, read_state(connection)


@pytest.mark.parametrize(("old", "new", "replaceable"), ROUTINES)
def test_routines(old: str, new: str, replaceable: bool, make_database: Callable[..., Database]) -> None:
    """Functions, procedures, aggregates."""
    there, before = _loaded(
        make_database(), f"create {old}; comment on {old.split(' ', maxsplit=1)[0]} {_name(old)} is 'x'"
    )
    _, after = _loaded(make_database(), f"create {new}; comment on {new.split(' ', maxsplit=1)[0]} {_name(new)} is 'x'")
    (key,) = [change.key for change in diff(before, after)]
    statements = alteration(before, after, key, there.info.server_version // 10000)
    assert (statements is not None) == replaceable
    if statements is None:
        with pytest.raises(psycopg.errors.InvalidFunctionDefinition):
            there.execute(f"create or replace {new}".encode())
    else:
        run(there, statements)
        assert not diff(after, read_state(there))


def _name(written: str) -> str:
    return {"function": "f", "procedure": "p", "aggregate": "a(int)"}[written.split(" ", maxsplit=1)[0]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a c", "a b c d e", ["add value 'b' before 'c'", "add value 'd'", "add value 'e'"]),
        ("b", "a a2 b", ["add value 'a' before 'b'", "add value 'a2' before 'b'"]),
        ("", "a b", ["add value 'a'", "add value 'b'"]),
        ("a b", "b a", None),
        ("a b", "a", None),
        ("a b", "a c", None),
    ],
)
def test_enum_labels(old: str, new: str, expected: list[str] | None, make_database: Callable[..., Database]) -> None:
    """Labels come at any place; where one goes or moves, or may have been renamed, the type is made anew."""
    there, before = _loaded(make_database(), f"create type e as enum ({_labels(old)})")
    _, after = _loaded(make_database(), f"create type e as enum ({_labels(new)})")
    statements = alteration(before, after, "enum public.e", 18)
    assert statements == (expected and [f"alter type public.e {action}" for action in expected])
    if statements is not None:
        run(there, statements)
        assert not diff(after, read_state(there))


def _labels(written: str) -> str:
    return ", ".join(f"'{label}'" for label in written.split())


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("", "commutator = ==="),
        ("", "negator = !=="),
        (", commutator = ===", "hashes"),
        (", commutator = ===", "merges"),
    ],
)
def test_operators(start: str, said: str, make_database: Callable[..., Database]) -> None:
    """Since 17 what was not said of an operator can be said later, once; its partner learns of it."""
    setup = """
    create operator !== (function = int4ne, leftarg = int, rightarg = int);
    create operator === (function = int4eq, leftarg = int, rightarg = int{})
    """
    there, before = _loaded(make_database(), setup.format(start))
    _, after = _loaded(make_database(), setup.format(f"{start}, {said}"))
    major = there.info.server_version // 10000
    name = "operator public.===(integer,integer)"
    assert alteration(after, before, name, major) is None
    statements = alteration(before, after, name, major)
    assert (statements is not None) == (major >= 17)
    if statements is not None:
        run(there, statements)
        assert not diff(after, read_state(there))


def test_attributes(make_database: Callable[..., Database]) -> None:
    """They are retyped, with the tables of the type; PostgreSQL refuses while columns have the type."""
    setup = "create type y as (a int, b text); create table t of y"
    there, before = _loaded(make_database(), setup)
    _, after = _loaded(make_database(), setup.replace("b text", 'b varchar collate "C"'))
    name = "attribute public.y.b"
    statements = alteration(before, after, name, 18)
    assert statements is not None
    run(there, statements)
    assert not diff(after, read_state(there))
    old, new = (Object(*kind_of_key(name), state.definition("composite public.y", name)) for state in (before, after))
    assert write.disturbs(old, new)
    there.execute("create table u (x y)")
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        run(there, alteration(after, before, name, 18) or [])
    there.execute("drop table u")
    added = Object("attribute", "public.y.c", {"type": "integer"})
    run(there, write.create(added, Render()))
    assert ("table public.t", "column public.t.c") in set(read_state(there).keys())
    there.execute("drop table t")
    assert ("composite public.y", "attribute public.y.c") in set(read_state(there).keys())
    run(there, write.drop(added, Render()))
    assert not [change for change in diff(after, read_state(there)) if "public.y" in change.key]


def test_domain_constraints_are_validated(database: Database) -> None:
    """One that is not valid can be, but none becomes not valid."""
    connection, before = _loaded(
        database, "create domain d as int; alter domain d add constraint c check (value > 0) not valid"
    )
    connection.execute("alter domain d validate constraint c")
    after = read_state(connection)
    name = "domain constraint c on public.d"
    assert alteration(before, after, name, 18) == ["alter domain public.d validate constraint c"]
    assert alteration(after, before, name, 18) is None


def test_storage_of_base_types(make_database: Callable[..., Database]) -> None:
    """A type's values may become toastable, never again plain."""
    setup = """
    create type b; create function b_in(cstring) returns b language internal immutable strict as 'textin';
    create function b_out(b) returns cstring language internal immutable strict as 'textout';
    create type b (input = b_in, output = b_out, storage = {})
    """
    there, before = _loaded(make_database(), setup.format("plain"))
    _, after = _loaded(make_database(), setup.format("extended"))
    assert alteration(after, before, "base type public.b", 18) is None
    run(there, alteration(before, after, "base type public.b", 18) or [])
    assert not diff(after, read_state(there))
