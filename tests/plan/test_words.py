"""Names in deparsed SQL: found whatever their spelling, and rewritten only where they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.core.identity import quote
from pggit.plan.words import rewritten, words

_BARE = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)


@pytest.mark.parametrize(
    ("text", "qualified"),
    [
        ("SELECT a.b, c FROM s.t", {("a", "b"), ("s", "t")}),
        ('"S 1"."T.1"."C""x"', {("S 1", "T.1", 'C"x')}),
        ("S.T", {("s", "t")}),
        ("'s.t'", set()),
        ("'s.t'::regclass", {("s", "t")}),
        (
            "nextval('s.q'::pg_catalog.regclass)",
            {("s", "q"), ("pg_catalog", "regclass")} - {("pg_catalog", "regclass")},
        ),
        ("-- s.t\n/* s.t */ x.y", {("x", "y")}),
        ("1 OPERATOR(s.===) 2", {("s", "===")}),
        ("s . t", {("s", "t")}),
        ("E'it\\'s s.t'", set()),
        ("$x$ s.t $x$", {("s", "t")}),
        ("s.t.*", {("s", "t")}),
    ],
)
def test_qualified(text: str, qualified: set[tuple[str, ...]]) -> None:
    """Names of two and more parts are found, but not in constants and comments."""
    assert words(text).qualified == qualified


def test_strings_of_bodies() -> None:
    """In bodies, constants are looked into too."""
    assert words("execute 'select * from s.t'").qualified == frozenset()
    assert words("execute 'select * from s.t'", strings=True).qualified == {("s", "t")}


@given(_BARE, _BARE, _BARE)
def test_any_name_is_found_and_rewritten(schema: str, table: str, other: str) -> None:
    """However it is called, once it is quoted."""
    text = f"select 1 from {quote(schema)}.{quote(table)} as x"
    assert (schema, table) in words(text).qualified
    after = rewritten(text, (schema, table), (schema, other))
    assert (schema, other) in words(after).qualified
    assert rewritten(after, (schema, other), (schema, table)) == rewritten(text, (schema, table), (schema, table))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("s.t", "n.u"),
        ("s.t.c", "n.u.c"),
        ("s.t.*", "n.u.*"),
        ("s.tt", "s.tt"),
        ("x.s.t", "x.s.t"),
        ("t", "t"),
        ("'s.t'", "'s.t'"),
        ("'s.t'::regclass", "'n.u'::regclass"),
        ("-- s.t", "-- s.t"),
        ("s.t(1)", "n.u(1)"),
    ],
)
def test_rewritten(text: str, after: str) -> None:
    """Exactly the name, at its beginning and in whole parts."""
    assert rewritten(text, ("s", "t"), ("n", "u")) == after


def test_rewritten_alone() -> None:
    """A column's name stands alone, and is no function's."""
    assert rewritten("(c + x.c + c(1) + s.c.d)", ("c",), ("d 1",), alone=True) == '("d 1" + x.c + c(1) + s.c.d)'


def test_rewritten_called() -> None:
    """A function and a table of one name are told apart."""
    text = "select s.t(a), s.t.b from s.t"
    assert rewritten(text, ("s", "t"), ("s", "u"), called=True) == "select s.u(a), s.t.b from s.t"
    assert rewritten(text, ("s", "t"), ("s", "u"), called=False) == "select s.t(a), s.u.b from s.u"
