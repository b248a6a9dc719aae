"""The trie in Python is the engine's."""

from __future__ import annotations

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from pggit.core import tree
from pggit.core.canonical import canonical, digest
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.repo import install
from servers import Database

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
DEFINITIONS = st.dictionaries(st.sampled_from(["type", "default", "_columns"]), st.text(max_size=5), max_size=3)
OBJECTS = st.dictionaries(st.tuples(st.sampled_from("abcdefgh"), KEYS), DEFINITIONS, max_size=12)

SCHEMA = """
create schema "My Schema";
create type public.mood as enum ('sad', 'ok');
create table public.users (id bigint generated always as identity primary key, email text unique, feeling mood);
create table "My Schema"."T 1" (a int, b int default 3 check (b > 0)) partition by range (a);
create table "My Schema"."T ü" partition of "My Schema"."T 1" for values from (1) to (9);
create view public.v as select u.id, u.email from users u;
create function public.f(a int, b text default 'x') returns int language sql as 'select a';
comment on table users is 'people';
grant select (email) on users to public;
"""


def state_of(objects: dict[tuple[str, str], dict[str, str]]) -> State:
    state = State()
    for (group, key), definition in objects.items():
        state.put(group, key, definition)
    return state


@given(OBJECTS, st.randoms())
def test_the_root_does_not_depend_on_order(objects, random) -> None:
    items = list(objects.items())
    random.shuffle(items)
    assert tree.root(state_of(dict(items))) == tree.root(state_of(objects))


@given(OBJECTS, OBJECTS)
def test_equal_roots_are_equal_objects(a, b) -> None:
    assert (tree.root(state_of(a))[0] == tree.root(state_of(b))[0]) == (a == b)


@given(OBJECTS)
def test_private_keys_are_in_the_exact_root_alone(objects) -> None:
    public = {key: {k: v for k, v in d.items() if not k.startswith("_")} for key, d in objects.items()}
    assert tree.root(state_of(objects))[1] == tree.root(state_of(public))[1]
    assert tree.root(state_of(public))[0] == tree.root(state_of(public))[1]
    assert (tree.root(state_of(objects))[0] == tree.root(state_of(public))[0]) == (objects == public)


@given(OBJECTS, OBJECTS)
def test_two_states_together_have_the_roots_that_they_have_alone(a, b) -> None:
    first, second = state_of(a), state_of({**a, **b})
    assert tree.meanings(first, second) == (tree.meaning(first), tree.meaning(second))
    assert tree.meaning(second) == tree.root(second)[1]


def test_the_root_of_nothing() -> None:
    assert tree.root(State()) == (digest("{}"), digest("{}"))


@given(st.dictionaries(KEYS | st.sampled_from(['"', "\\", "\x1f\x7f", "é" * 9]), st.sampled_from(["00ff", "ab"])))
def test_a_tree_is_hashed_by_its_canonical_text(entries) -> None:
    assert tree.tree_hash(entries) == digest(canonical(entries))


def test_a_change_touches_its_group_and_bucket_alone() -> None:
    objects = {(f"table public.t{n}", f"column public.t{n}.a"): {"type": "text"} for n in range(600)}
    before = tree.build(state_of(objects))
    objects["table public.t7", "column public.t7.a"] = {"type": "bigint"}
    after = tree.build(state_of(objects))
    name = tree.bucket("table public.t7")
    assert {n for n in before.buckets if before.buckets[n] != after.buckets[n]} == {name}
    assert {g for g in before.groups[name] if before.groups[name][g] != after.groups[name][g]} == {"table public.t7"}


def engine_root(connection: psycopg.Connection) -> tuple[str, str]:
    written = connection.execute("select pggit.write_tree()").fetchone()
    assert written is not None
    row = connection.execute(
        "select encode(hash, 'hex'), encode(meaning, 'hex') from pggit.tree where hash = %s", written
    ).fetchone()
    assert row is not None
    return row


def test_the_root_is_the_engine_s(database: Database) -> None:
    connection = database.connect()
    connection.execute(SCHEMA)
    install.install(connection)
    assert tree.root(read_state(connection)) == engine_root(connection)
    connection.execute('alter table users add column age int; drop view v; alter table "My Schema"."T 1" rename to t2')
    connection.execute("select pggit.refresh()")
    assert tree.root(read_state(connection)) == engine_root(connection)


def test_each_bucket_and_group_is_the_engine_s(database: Database) -> None:
    connection = database.connect()
    connection.execute(SCHEMA)
    install.install(connection)
    ours = tree.build(read_state(connection))
    rows = connection.execute(
        "select lpad(to_hex(bucket::integer), 2, '0'), key, encode(tree, 'hex') from pggit.working"
    ).fetchall()
    theirs: dict[str, dict[str, str]] = {}
    for name, group, exact in rows:
        theirs.setdefault(name, {})[group] = exact
    assert ours.groups == theirs
