"""The laws of the merge (DESIGN §4.4), on states of kinds that no one has heard of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.core.combine import combine
from pggit.core.diff import diff
from pggit.core.diff3 import merge_lines, merge_sequences
from pggit.core.merge import Merged, Ways, merge
from pggit.core.state import State

RULES = {"crew": "set", "course": "sequence", "log": "lines", "gear": "set"}
TEXTS = st.lists(st.sampled_from("abcd"), max_size=5).map(lambda lines: "".join(f"{line}\n" for line in lines))
DEFINITIONS = st.fixed_dictionaries(
    {},
    optional={
        "mass": st.integers(0, 2),
        "crew": st.sets(st.sampled_from("abc")).map(sorted),
        "gear": st.dictionaries(st.sampled_from("xyz"), st.integers(0, 1)),
        "course": st.lists(st.integers(0, 3), max_size=4),
        "log": TEXTS,
        "_seen": st.lists(st.integers(0, 3), max_size=3, unique=True),
    },
)
GROUPS = st.sampled_from(["ship a", "ship b"])
PARTS = st.sampled_from(["mast x", "mast y", "flag on mast x", "flag on mast y", "flag on ship"])

Objects = dict[tuple[str, str], dict[str, Any]]


def belongs(key: str) -> str | None:
    return key.removeprefix("flag on ") if key.startswith("flag on mast") else None


WAYS = Ways(lambda key: RULES, belongs)


def state_of(objects: Objects) -> State:
    state = State()
    for (group, key), definition in objects.items():
        state.put(group, key, definition)
    return state


@st.composite
def states(draw: st.DrawFn) -> State:
    """Return ships with what hangs on them: a flag only where there is its mast."""
    found: Objects = {}
    for group in draw(st.sets(GROUPS)):
        found[group, group] = draw(DEFINITIONS)
        parts = draw(st.sets(PARTS))
        for part in sorted(parts):
            if belongs(part) is None or belongs(part) in parts:
                found[group, part] = draw(DEFINITIONS)
    return state_of(found)


def plain(base: State, ours: State, theirs: State) -> Merged:
    return merge(base, ours, theirs, WAYS)


def same(a: State, b: State) -> bool:
    return a.groups == b.groups


@given(states(), states())
def test_what_only_one_side_changed_is_taken(b: State, x: State) -> None:
    for made in (plain(b, x, b), plain(b, b, x)):
        assert same(made.state, x)
        assert made.conflicts == ()


@given(states(), states())
def test_what_both_changed_alike_is_taken(b: State, x: State) -> None:
    made = plain(b, x, x)
    assert same(made.state, x)
    assert made.conflicts == ()


@given(states(), states(), states())
def test_the_other_way_round_gives_the_same(b: State, x: State, y: State) -> None:
    one, other = plain(b, x, y), plain(b, y, x)
    assert [(c.name, c.group, c.key, c.attributes) for c in one.conflicts] == [
        (c.name, c.group, c.key, c.attributes) for c in other.conflicts
    ]
    assert [(c.ours, c.theirs) for c in one.conflicts] == [(c.theirs, c.ours) for c in other.conflicts]
    if not one.conflicts:
        assert diff(one.state, other.state) == []


@given(states(), states(), states())
def test_our_choices_are_their_choices_the_other_way_round(b: State, x: State, y: State) -> None:
    keys = {conflict.key for conflict in plain(b, x, y).conflicts}
    ours = merge(b, x, y, WAYS, dict.fromkeys(keys, "ours"))
    theirs = merge(b, y, x, WAYS, dict.fromkeys(keys, "theirs"))
    assert diff(ours.state, theirs.state) == []
    assert same(ours.state, plain(b, x, y).state)


@given(states(), states(), states())
def test_nothing_hangs_in_the_air(b: State, x: State, y: State) -> None:
    """What is merged without a conflict has what it needs: a ship for its parts, a mast for its flag."""
    made = plain(b, x, y)
    for group, key in made.state.keys():
        assert group in made.state.groups[group]
        holder = belongs(key)
        assert holder is None or holder in made.state.groups[group]


def test_changes_of_different_keys_combine() -> None:
    base = {("ship a", "ship a"): {}, ("ship a", "mast x"): {"mass": 1, "gear": {"x": 0}, "log": "a\nb\nc\n"}}
    ours = base | {("ship a", "mast x"): {"mass": 2, "gear": {"x": 0, "y": 1}, "log": "a\nb\nd\n"}}
    theirs = base | {("ship a", "mast x"): {"mass": 1, "gear": {"z": 1}, "log": "n\na\nb\nc\n"}}
    made = plain(*map(state_of, (base, ours, theirs)))
    assert made.conflicts == ()
    assert made.combined == (("ship a", "mast x"),)
    assert made.state.definition("ship a", "mast x") == {"mass": 2, "gear": {"y": 1, "z": 1}, "log": "n\na\nb\nd\n"}


SHIP = {("ship a", "ship a"): {"mass": 1}, ("ship a", "mast x"): {"mass": 1}, ("ship a", "flag on mast x"): {}}


@pytest.mark.parametrize(
    ("ours", "theirs", "conflict"),
    [
        ({"mast x": {"mass": 2}}, {"mast x": {"mass": 3}}, ("both changed", "mast x", ("mass",))),
        ({"mast y": {"mass": 2}}, {"mast y": {"mass": 3}}, ("both added", "mast y", ())),
        ({"mast x": None, "flag on mast x": None}, {"mast x": {}}, ("changed and dropped", "mast x", ())),
        (
            {"mast x": None, "flag on mast x": None},
            {"flag on mast x": {"mass": 7}},
            ("changed and dropped", "mast x", ()),
        ),
        ({"mast x": {}}, dict.fromkeys(["ship a", "mast x", "flag on mast x"]), ("changed and dropped", "ship a", ())),
        (
            {"mast x": {}, "flag on mast x": {"mass": 1}, "mast y": {}},
            dict.fromkeys(["ship a", "mast x", "flag on mast x"]),
            ("changed and dropped", "ship a", ()),
        ),
    ],
)
def test_classes_of_conflicts_and_what_may_be_chosen(ours: Any, theirs: Any, conflict: Any) -> None:
    def changed(by: dict[str, Any]) -> State:
        objects = {("ship a", key): definition for key, definition in by.items()}
        return state_of({at: one for at, one in (SHIP | objects).items() if one is not None})

    sides = {"base": state_of(SHIP), "ours": changed(ours), "theirs": changed(theirs)}
    made = plain(*sides.values())
    assert [(c.name, c.key, c.attributes) for c in made.conflicts] == [conflict]
    assert same(made.state, sides["ours"])
    for name, side in sides.items():
        assert same(merge(*sides.values(), WAYS, {conflict[1]: name}).state, side)  # type: ignore[dict-item]


def test_what_both_added_differs_only_in_sets() -> None:
    base = state_of({("ship a", "ship a"): {}})
    ours = state_of({("ship a", "ship a"): {}, ("ship a", "mast x"): {"mass": 1, "crew": ["a", "b"]}})
    theirs = state_of({("ship a", "ship a"): {}, ("ship a", "mast x"): {"mass": 1, "crew": ["b", "c"]}})
    made = merge(base, ours, theirs, WAYS)
    assert made.conflicts == ()
    assert made.state.definition("ship a", "mast x") == {"mass": 1, "crew": ["a", "b", "c"]}


def test_a_choice_written_by_hand() -> None:
    base = state_of(SHIP)
    ours = state_of(SHIP | {("ship a", "mast x"): {"mass": 2}})
    theirs = state_of({("ship a", "ship a"): {"mass": 1}})
    by_hand = {"ship a": {"mast x": {"mass": 9}, "flag on mast x": None}}
    made = merge(base, ours, theirs, WAYS, {"mast x": by_hand})
    assert made.state.definition("ship a", "mast x") == {"mass": 9}
    assert "flag on mast x" not in made.state.groups["ship a"]


def test_a_choice_decides_only_what_is_in_conflict() -> None:
    made, keys = combine(
        {"mass": 1, "gear": {}}, {"mass": 2, "gear": {"x": 1}}, {"mass": 3, "gear": {"y": 1}}, RULES, "theirs"
    )
    assert (made, keys) == ({"mass": 3, "gear": {"x": 1, "y": 1}}, ("mass",))


def test_the_order_of_columns_is_never_a_conflict() -> None:
    made, keys = combine({"_c": ["a", "b"]}, {"_c": ["a", "x", "b"]}, {"_c": ["a", "y", "b", "z"]}, {})
    assert keys == ()
    assert sorted(made["_c"]) == ["a", "b", "x", "y", "z"]
    assert made["_c"][-1] == "z"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("abc", "xabc", "abcy", "xabcy"),
        ("abc", "ac", "abc", "ac"),
        ("abc", "axc", "axc", "axc"),
        ("abc", "axc", "ayc", None),
        ("abc", "axbc", "aybc", None),
        ("abc", "xbc", "ayc", None),  # next to each other
        ("abcd", "xbcd", "abcy", "xbcy"),
        ("", "x", "y", None),
        ("abcdef", "af", "abxdef", None),
    ],
)
def test_sequences(base: str, ours: str, theirs: str, merged: str | None) -> None:
    found = merge_sequences(base, ours, theirs)
    assert (None if found is None else "".join(found)) == merged


@given(TEXTS, TEXTS, TEXTS)
def test_texts_merge_alike_from_both_sides(b: str, x: str, y: str) -> None:
    assert merge_lines(b, x, y) == merge_lines(b, y, x)
    assert merge_lines(b, x, b) == merge_lines(b, x, x) == x
