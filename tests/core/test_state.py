"""A state holds objects by hash."""

from __future__ import annotations

import pytest

from pggit.core.canonical import digest
from pggit.core.state import State, empty_state
from pggit.kinds.reader import read_state
from servers import Database


def test_an_object_comes_back_as_it_was_put() -> None:
    state = State()
    state.put("table public.t", "column public.t.a", {"type": "text", "not_null": True})
    assert state.definition("table public.t", "column public.t.a") == {"type": "text", "not_null": True}
    assert list(state.keys()) == [("table public.t", "column public.t.a")]
    assert len(state) == 1


def test_equal_definitions_are_kept_once() -> None:
    state = State()
    for key in ("column public.t.a", "column public.t.b"):
        state.put("table public.t", key, {"type": "text"})
    assert len(state) == 2
    assert state.blobs == {digest('{"type": "text"}'): '{"type": "text"}'}


def test_put_and_add_are_the_same() -> None:
    put, added = State(), State()
    put.put("g", "g", {"type": "text", "_columns": ["a"]})
    added.add("g", "g", '{"type": "text", "_columns": ["a"]}', '{"type": "text"}')
    assert put == added


def test_the_semantic_hash_leaves_out_private_keys() -> None:
    state = State()
    state.put("g", "a", {"type": "text", "_columns": ["a"]})
    state.put("g", "b", {"type": "text"})
    assert state.groups["g"]["a"] != state.groups["g"]["b"]
    assert (
        state.semantic(state.groups["g"]["a"]) == state.semantic(state.groups["g"]["b"]) == digest('{"type": "text"}')
    )


def test_an_object_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        State().definition("table public.t", "table public.t")


def test_the_empty_state_is_a_database_that_was_just_created(database: Database) -> None:
    assert read_state(database.connect()) == empty_state()
