"""The laws of the differ, on states of kinds that no one has heard of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import pggit.core
from pggit.core.diff import diff, with_renames
from pggit.core.results import Change
from pggit.core.state import State
from pggit.kinds import kinds

GROUPS = st.sampled_from(["galaxy a", "galaxy b", "galaxy c"])
KEYS = st.sampled_from(["star a.x", "star a.y", "moon a.x", "moon b.z", "comet b.x"])
DEFINITIONS = st.dictionaries(
    st.sampled_from(["mass", "orbit", "_seen"]), st.integers(0, 2) | st.lists(st.booleans(), max_size=1)
)
OBJECTS = st.dictionaries(st.tuples(GROUPS, KEYS), DEFINITIONS, max_size=10)

Objects = dict[tuple[str, str], dict[str, Any]]


def state_of(objects: Objects) -> State:
    state = State()
    for (group, key), definition in objects.items():
        state.put(group, key, definition)
    return state


def public(objects: Objects) -> Objects:
    return {at: {k: v for k, v in d.items() if not k.startswith("_")} for at, d in objects.items()}


@given(OBJECTS)
def test_nothing_differs_from_itself(a: Objects) -> None:
    assert diff(state_of(a), state_of(a)) == []


@given(OBJECTS, OBJECTS)
def test_the_other_way_round_is_reversed(a: Objects, b: Objects) -> None:
    opposite = {"create": "drop", "drop": "create", "alter": "alter"}
    reversed_ = [Change(opposite[c.verb], c.group, c.key, c.new, c.old) for c in diff(state_of(b), state_of(a))]
    assert diff(state_of(a), state_of(b)) == reversed_


@given(OBJECTS, OBJECTS)
def test_applying_what_differs_gives_the_other(a: Objects, b: Objects) -> None:
    result = dict(a)
    for change in diff(state_of(a), state_of(b)):
        at = (change.group, change.key)
        assert result.get(at) == change.old
        if change.new is None:
            del result[at]
        else:
            result[at] = dict(change.new)
    assert public(result) == public(b)


@given(OBJECTS, OBJECTS)
def test_private_keys_are_no_difference(a: Objects, b: Objects) -> None:
    assert (diff(state_of(a), state_of(b)) == []) == (public(a) == public(b))


@given(OBJECTS, OBJECTS, GROUPS)
def test_only_what_is_asked_for(a: Objects, b: Objects, group: str) -> None:
    everything = diff(state_of(a), state_of(b))
    wanted = diff(state_of(a), state_of(b), only=lambda g, key: g == group and key.startswith("star"))
    assert wanted == [c for c in everything if c.group == group and c.key.startswith("star")]


@given(OBJECTS, OBJECTS)
def test_groups_stay_together_and_in_order(a: Objects, b: Objects) -> None:
    found = [(change.group, change.key) for change in diff(state_of(a), state_of(b))]
    assert found == sorted(found)


def test_the_head_of_a_group_goes_first() -> None:
    state = state_of({("star a", "comet a.x"): {}, ("star a", "star a"): {}, ("star a", "zone a"): {}})
    assert [change.key for change in diff(State(), state)] == ["star a", "comet a.x", "zone a"]


def kind_of(key: str) -> str | None:
    kind = key.removeprefix("dwarf ").split(" ")[0]
    return key[: key.index(kind)] + kind if kind in ("star", "moon", "comet", "planet") else None


def change(verb: str, key: str, group: str = "g", **definition: Any) -> Change:
    return Change(verb, group, key, definition if verb == "drop" else None, definition if verb == "create" else None)


def test_a_drop_and_a_create_alike_are_a_rename() -> None:
    found = with_renames([change("create", "star a.new", mass=1), change("drop", "star a.old", mass=1)], kind_of)
    assert found == [Change("rename", "g", "star a.new", {"mass": 1}, {"mass": 1}, "star a.old")]


def test_no_rename_between_groups_kinds_or_definitions() -> None:
    for other in (
        change("drop", "star a.old", "h", mass=1),
        change("drop", "moon a.old", mass=1),
        change("drop", "star a.old", mass=2),
    ):
        given_ = [change("create", "star a.new", mass=1), other]
        assert with_renames(given_, kind_of) == given_


def test_no_rename_where_it_could_be_either() -> None:
    for more in (change("drop", "star a.older", mass=1), change("create", "star a.newer", mass=1)):
        given_ = [change("create", "star a.new", mass=1), change("drop", "star a.old", mass=1), more]
        assert with_renames(given_, kind_of) == given_


def test_kinds_of_several_words_are_not_mixed_up() -> None:
    given_ = [change("create", "dwarf star a", text="x"), change("drop", "dwarf planet a", text="x")]
    assert with_renames(given_, kind_of) == given_


def test_what_cannot_be_renamed_on_its_own_is_no_rename() -> None:
    given_ = [change("create", "note star a.x", text="x"), change("drop", "note moon a.y", text="x")]
    assert with_renames(given_, kind_of) == given_


def test_what_hangs_on_a_renamed_object_is_renamed_along() -> None:
    given_ = []
    for verb, name in (("create", 'a."x b"'), ("drop", 'a."x a"')):
        given_ += [change(verb, f"star {name}", mass=1), change(verb, f"note star {name}", text="x")]
        given_ += [change(verb, f"default {name}", n=2), change(verb, f"grant bob on star {name}", n=3)]
    found = with_renames([*given_, change("drop", "default a.other", n=2)], kind_of)
    assert [(c.verb, c.old_key, c.key) for c in found] == [
        ("rename", 'star a."x a"', 'star a."x b"'),
        ("rename", 'note star a."x a"', 'note star a."x b"'),
        ("rename", 'default a."x a"', 'default a."x b"'),
        ("rename", 'grant bob on star a."x a"', 'grant bob on star a."x b"'),
        ("drop", None, "default a.other"),
    ]


def test_what_changed_while_its_object_was_renamed_is_no_rename() -> None:
    given_ = [change("create", "star a.n"), change("drop", "star a.o"), change("create", "note star a.n", t=1)]
    given_ += [change("drop", "note star a.o", t=2)]
    assert [c.verb for c in with_renames(given_, kind_of)] == ["rename", "create", "drop"]


def test_the_same_name_in_two_groups_is_not_lost() -> None:
    given_ = [
        change("create", "star x.new", "g", mass=1),
        change("drop", "star x.old", "g", mass=1),
        change("drop", "star x.old", "h", mass=3),
        change("create", "star x.new", "i", mass=4),
    ]
    assert with_renames(given_, kind_of) == [
        Change("rename", "g", "star x.new", {"mass": 1}, {"mass": 1}, "star x.old"),
        given_[2],
        given_[3],
    ]


@given(OBJECTS, OBJECTS)
def test_renames_say_the_same_as_drops_and_creates(a: Objects, b: Objects) -> None:
    plain = diff(state_of(a), state_of(b))
    unfolded = []
    for c in with_renames(plain, kind_of):
        if c.verb == "rename":
            assert c.old_key is not None
            unfolded += [Change("create", c.group, c.key, None, c.new), Change("drop", c.group, c.old_key, c.old, None)]
        else:
            unfolded.append(c)
    order = lambda c: (c.group, c.key, c.verb)  # noqa: E731
    assert sorted(unfolded, key=order) == sorted(plain, key=order)


def test_the_differ_names_no_kind() -> None:
    folder = Path(pggit.core.__file__).parent
    for name in ("diff.py", "tree.py", "canonical.py", "names.py"):
        strings = " ".join(
            re.findall(r"\"[^\"\n]*\"|'[^'\n]*'", re.sub(r'"""[\s\S]*?"""', "", (folder / name).read_text()))
        )
        words = set(re.findall(r"[a-z]+(?: [a-z]+)*", strings))
        assert not words & set(kinds()), f"{name} names a kind"
    imported = "".join(file.read_text() for file in folder.glob("*.py"))
    assert "pggit.kinds" not in imported
