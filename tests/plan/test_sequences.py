"""Plans that change sequences and identity columns: the next value survives where it can."""

from __future__ import annotations

import re

import pytest

from plan.pairs import planned
from servers import TestServer

_BOUNDS = {
    "narrower": ("minvalue 1 maxvalue 1000", "minvalue 1 maxvalue 100"),
    "shifted": ("minvalue 1 maxvalue 50 start 1", "minvalue 100 maxvalue 200 start 150"),
    "overlapping": ("minvalue 1 maxvalue 100", "minvalue 30 maxvalue 200 start 40"),
    "descending": ("increment 1 minvalue 1 maxvalue 100", "increment -1 minvalue -100 maxvalue -1"),
}


@pytest.mark.parametrize("value", [45, 60, 900])
@pytest.mark.parametrize("name", _BOUNDS)
@pytest.mark.parametrize("form", ["sequence", "smaller", "larger", "identity", "smaller identity", "larger identity"])
def test_bounds(server: TestServer, form: str, name: str, value: int) -> None:
    """A value between both bounds is gone on with; another begins at the new start, and nothing fails."""
    before, after = _BOUNDS[name]
    types = {"smaller": ("bigint", "smallint"), "larger": ("smallint", "bigint")}.get(
        form.split(maxsplit=1)[0], ("integer",) * 2
    )
    if "identity" in form:
        a, b = (
            f"create table t (a {type_} generated always as identity ({told}))"
            for type_, told in zip(types, (before, after), strict=True)
        )
        sequence = "public.t_a_seq"
    else:
        a, b = (f"create sequence s as {type_} {told}" for type_, told in zip(types, (before, after), strict=True))
        sequence = "public.s"
    high = int(re.search(r"maxvalue (-?\d+)", before)[1])
    if value > high:
        pytest.skip("the value does not fit before")
    with planned(server, a, b, f"select setval('{sequence}', {value})") as (connection, _):
        low, high, start, step, last = connection.execute(
            "select seqmin, seqmax, seqstart, seqincrement, last_value"
            f" from pg_sequence, {sequence} where seqrelid = '{sequence}'::regclass"
        ).fetchone()
        following = connection.execute(f"select nextval('{sequence}')").fetchone()[0]
    assert low <= last <= high
    assert following == (value + step if low <= value <= high else start)


def test_persistence_of_the_table(server: TestServer) -> None:
    """SET UNLOGGED of a table takes the sequences along that it owns (since 15), unless they shall be otherwise."""
    a = "create table t (a serial); create sequence s owned by t.a; create sequence r owned by t.a"
    b = "create unlogged table t (a serial); create sequence s owned by t.a; create sequence r owned by t.a"
    if server.version >= 15:
        b += "; alter sequence r set logged; alter sequence s set unlogged; alter sequence t_a_seq set unlogged"
    for before, after in ((a, b), (b, a)):
        with planned(server, before, after, "insert into t default values") as (_, plan):
            assert not [one.sql for one in plan.statements if "sequence public.t_a_seq" in one.sql]


def test_an_owned_sequence_has_the_owner_of_its_table(server: TestServer) -> None:
    owner = server.create_role("nologin")
    try:
        made = f"create table t (id serial); alter table t owner to {owner}"
        for before in ("select", "create table t (id serial)"):
            with planned(server, before, made):
                pass
    finally:
        server.drop_role(owner)
