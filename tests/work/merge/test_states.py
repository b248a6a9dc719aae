"""Merging states that were read from databases: renames, parents and children, what follows what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pggit.core.diff import diff
from pggit.core.merge import Merged
from pggit.core.state import State
from pggit.kinds.reader import read_within
from pggit.work.merge.states import merge_states
from servers import Database

Read = Callable[..., State]


@pytest.fixture
def read(database: Database) -> Read:
    """Reads what statements make of an empty database, which stays empty."""
    connection = database.connect()

    def state(*statements: str) -> State:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement.encode())
            return read_within(connection)

    return state


def merged(read: Read, database: Database, base: str, ours: str, theirs: str) -> Merged:
    """Merge both ways, which must give the same."""
    states = read(base), read(base, ours), read(base, theirs)
    made = merge_states(states[0], states[1], states[2], database.version)
    back = merge_states(states[0], states[2], states[1], database.version)
    assert {(one.name, one.key) for one in made.conflicts} == {(one.name, one.key) for one in back.conflicts}
    assert made.conflicts or diff(made.state, back.state) == []
    return made


@pytest.fixture(autouse=True)
def ann(role: Callable[..., str]) -> None:
    """A role to own things and be granted them."""
    role("nologin", "ann")


CLEAN: Sequence[tuple[str, str, str, str, str]] = [
    (
        "a constraint renamed here, its table there",
        "create table t (id integer primary key)",
        "alter table t rename constraint t_pkey to k",
        "alter table t rename to u",
        "1",
    ),
    (
        "a column here, a partition there",
        "create table p (a integer, b integer) partition by list (a); create table c partition of p for values in (1)",
        "alter table p add x text not null default 'x'; alter table p alter b set not null; create index on p (b)",
        "create table d partition of p for values in (2); create table e partition of p default partition by list (a)",
        "12",
    ),
    (
        "a column of the parent changed here, a partition dropped there",
        "create table p (a integer, b integer) partition by list (a); create table c partition of p for values in (1)",
        "alter table p alter b type bigint; alter table p add x text; create index on p (b)",
        "drop table c",
        "12",
    ),
    (
        "a column of the parent renamed here, a partition changed there",
        "create table p (a integer, b integer) partition by list (a); create table c partition of p for values in (1)",
        "alter table p rename b to x",
        "alter table c alter a set default 5; create index i on c (b); comment on column c.b is 'x'",
        "2",
    ),
    (
        "a parent's column here, a child's statistics there",
        "create table p (a integer, b integer); create table c () inherits (p)",
        "alter table p alter b type bigint; alter table p drop column a",
        "alter table c alter b set statistics 7; create table d (own integer) inherits (p)",
        "12",
    ),
    (
        "a column renamed here, a foreign key to one of that name there",
        "create table u (id integer primary key); create table t (id integer)",
        "alter table t rename id to x; comment on table t is 'id'",
        "alter table t add constraint f foreign key (id) references u (id); comment on column t.id is 'the id'",
        "2",
    ),
    (
        "granted here, owned there",
        "create table t (id integer); create function f() returns integer language sql return 1;"
        "create table u (id integer); grant select on u to ann",
        "grant select on t to ann; grant insert on u to ann; grant execute on function f to ann; grant select (id) on t to ann",
        "alter table t owner to ann; alter table u owner to ann; grant execute on function f to ann; alter function f owner to ann",
        "12",
    ),
]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "orders"), [case[1:] for case in CLEAN], ids=[case[0] for case in CLEAN]
)
def test_is_what_both_scripts_make(
    read: Read, database: Database, base: str, ours: str, theirs: str, orders: str
) -> None:
    """``orders``: which ones work: ours first, theirs first."""
    made = merged(read, database, base, ours, theirs)
    assert made.conflicts == ()
    if "1" in orders:
        assert diff(made.state, read(base, ours, theirs)) == []
    if "2" in orders:
        assert diff(made.state, read(base, theirs, ours)) == []


STOPS: Sequence[tuple[str, str, str, str, set[tuple[str, str]]]] = [
    (
        "a parent's column dropped here, remarked on in a child there",
        "create table p (a integer, b integer); create table c () inherits (p)",
        "alter table p drop b",
        "comment on column c.b is 'x'",
        {("changed and dropped", "column public.c.b")},
    ),
]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "conflicts"), [case[1:] for case in STOPS], ids=[case[0] for case in STOPS]
)
def test_stops(
    read: Read, database: Database, base: str, ours: str, theirs: str, conflicts: set[tuple[str, str]]
) -> None:
    made = merged(read, database, base, ours, theirs)
    assert {(one.name, one.key) for one in made.conflicts} == conflicts
