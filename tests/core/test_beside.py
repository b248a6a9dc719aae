"""Lines side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pggit.core.beside import beside

LINES = st.lists(st.sampled_from("abcde"), max_size=8)


def test_what_came_of_one_another_stands_in_one_row() -> None:
    assert beside(["a", "b", "c"], ["a", "B", "c"], ["a", "b", "x", "c"]) == [
        ("a", "a", "a"),
        ("b", "B", "b"),
        (None, None, "x"),
        ("c", "c", "c"),
    ]
    assert beside([], ["a"], ["b", "c"]) == [(None, "a", "b"), (None, None, "c")]
    assert beside(["a"], [], []) == [("a", None, None)]


@given(LINES, LINES, LINES)
def test_no_line_is_lost_and_their_order_stays(base, ours, theirs) -> None:
    rows = beside(base, ours, theirs)
    for number, side in enumerate((base, ours, theirs)):
        assert [row[number] for row in rows if row[number] is not None] == side
