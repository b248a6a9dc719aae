"""Objects that need each other are made hollow or apart first, and taken apart before they are dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pggit.apply.run import apply
from pggit.core.diff import diff
from pggit.kinds.reader import read_state
from pggit.plan.planner import make_plan
from servers import Database

RINGS = {
    "a view and a function": """
        create table t (a int, b text);
        create function f(int) returns text language sql begin atomic select 'x'; end;
        create view v as select a, f(a) as x from t;
        create or replace function f(int) returns text language sql
          begin atomic select x from v where a = $1 limit 1; end""",
    "two views": """
        create view one as select 1 as n; create view two as select n from one;
        create or replace view one as select n from two""",
    "foreign keys": """
        create table one (id int primary key, other int); create table two (id int primary key, other int references one);
        alter table one add foreign key (other) references two""",
    "a table and a function on its rows": """
        create table t (a int); create function f(t) returns int language sql immutable as 'select $1.a';
        alter table t add constraint c check (f(t) > 0)""",
    "a default and a sequence": "create table t (id serial primary key)",
}


@pytest.mark.parametrize("name", RINGS)
def test_a_ring_is_made_and_dropped(name: str, make_database: Callable[..., Database]) -> None:
    if name == "a view and a function" and make_database().version < 14:
        pytest.skip("bodies that are SQL came with 14")
    there, here = make_database().connect(), make_database().connect()
    there.execute(RINGS[name])
    with_ring, without = read_state(there), read_state(here)
    major = here.info.server_version // 10000
    for goal in (with_ring, without, with_ring):
        apply(here, make_plan(read_state(here), goal, major=major, role="postgres"), allow=["data-loss"])
        assert diff(read_state(here), goal) == []
