"""One order for all actions: what is needed comes first, rings are told and opened, the same each time."""

from __future__ import annotations

import random

import pytest

from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.plan.order import names_of
from pggit.plan.planner import make_plan
from pggit.plan.references import References
from servers import TestServer

_A = "create table gone (id integer primary key); create view gone_v as select id from gone; create table kept (id integer);"
_B = """
create table kept (id integer);
create type e as enum ('a'); create domain d as e;
create function f(d) returns integer language sql immutable as 'select 1';
create table t (id integer primary key, d d, x integer default f('a'), constraint c check (f(d) > 0));
create table u (id integer primary key references t); alter table t add constraint back foreign key (id) references u;
create view v as select id, f(d) as y from t; create view w as select y from v;
create index i on t (f(d)); create policy p on t using (id in (select id from w));
comment on view w is 'last';
"""


def _states(make_database) -> tuple[State, State]:
    found = []
    for schema in (_A, _B):
        connection = make_database().connect()
        connection.execute(schema)
        found.append(read_state(connection))
    return found[0], found[1]


def test_what_is_needed_comes_first(make_database, server: TestServer) -> None:
    """Whatever is made comes after all that it needs; whatever is dropped, before."""
    a, b = _states(make_database)
    statements = make_plan(a, b, major=server.version, choose=None).statements
    after, before = References(b), References(a)
    made = {one.key: at for at, one in enumerate(statements) if one.verb == "create"}
    gone = {one.key: at for at, one in enumerate(statements) if one.verb == "drop"}
    pairs = [(made[need], made[key]) for key in made for need in after.of(key).hard & made.keys()]
    pairs += [(gone[key], gone[need]) for key in gone for need in before.of(key).hard & gone.keys()]
    assert len(pairs) > 10
    assert all(first < second for first, second in pairs)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_does_not_hang_on_chance(seed: int, make_database, server: TestServer) -> None:
    """However the objects come, the plan is the same."""
    a, b = _states(make_database)
    expected = [one.sql for one in make_plan(a, b, major=server.version).statements]
    shuffled = [_shuffled(state, seed) for state in (a, b)]
    assert diff(shuffled[1], b) == []
    assert [one.sql for one in make_plan(*shuffled, major=server.version).statements] == expected


def _shuffled(state: State, seed: int) -> State:
    chance = random.Random(seed)
    keys = list(state.keys())
    chance.shuffle(keys)
    found = State()
    for group, key in keys:
        exact = state.groups[group][key]
        found.groups.setdefault(group, {})[key] = exact
        found.blobs[exact] = state.blobs[exact]
    found.meanings = dict(state.meanings)
    return found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("table public.x", "view public.x", True),
        ("table public.x", "enum public.x", True),
        ("table public.x", "index public.x", True),
        ("table public.x", "function public.x()", False),
        ("function public.x()", "function public.x(integer)", True),
        ("constraint x on public.t", "index public.x", True),
        ("trigger x on public.t", "table public.x", False),
        ("table public.x", "table s.x", False),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    """Which objects cannot have their names at the same time."""
    assert bool(set(names_of(one)) & set(names_of(other))) is same
