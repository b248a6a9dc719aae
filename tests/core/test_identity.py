"""Names within identities, hostile ones too."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pggit.core.identity import Key, quote, split_name, split_on, unquote

HOSTILE = [
    "a b",
    'a"b',
    "a.b",
    " on ",
    '" on "',
    "(",
    ")",
    ".",
    '"',
    "$$",
    "; drop table x --",
    "Ü",
    "表",
    "a\nb",
    "x" * 63,
    "select",
]
NAMES = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=15
)


@given(st.lists(NAMES, min_size=20, max_size=80))
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_names_that_the_server_quoted_come_back(server, names: list[str]) -> None:
    rows = server.admin.execute(
        "select quote_ident(x) from unnest(%s::text[]) with ordinality as u(x, n) order by n", [names]
    )
    quoted = [text for (text,) in rows]
    assert split_name(".".join(quoted)) == quoted
    assert [unquote(part) for part in quoted] == names
    for first, second in pairwise(quoted):
        assert split_on(f"{first} on {second}") == (first, second)
        assert split_on(f"{first} on {second}.{first}") == (first, f"{second}.{first}")


@given(NAMES)
def test_quote_is_undone_by_unquote(name: str) -> None:
    assert unquote(quote(name)) == name
    assert split_name(quote(name)) == [quote(name)]


@given(st.lists(NAMES, min_size=1, max_size=8))
@settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_quote_is_read_by_the_server_as_the_name(server, names: list[str]) -> None:
    short = [name for name in names if len(name.encode()) <= 63]
    listed = ", ".join(f"1 as {quote(name)}" for name in short)
    description = server.admin.execute(f"select {listed}").description
    assert [column.name for column in description] == short


@pytest.mark.parametrize("text", ["", "a..b", '"a', "a.", ".a", "a b", 'a"b"', "f(integer)", '"a"b'])
def test_what_is_no_qualified_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a qualified name"):
        split_name(text)


@pytest.mark.parametrize("text", ["public.t", '" on "', 'a" on b'])
def test_what_has_no_on_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no 'on' in"):
        split_on(text)


def test_split_on_another_word() -> None:
    assert split_on('" AS " AS b', " AS ") == ('" AS "', "b")


def test_a_key_is_kind_and_identity() -> None:
    assert str(Key("materialized view", 'public."v 1"')) == 'materialized view public."v 1"'
