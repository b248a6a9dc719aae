"""What PostgreSQL does not take though no definition is in conflict: true and false cases of each cause."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pggit.apply.trial import fill
from pggit.core.merge import Conflict, Merged, Together
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.sandbox.sandbox import open_sandbox
from pggit.work.merge.causes import causes
from pggit.work.merge.clashes import UNKNOWN, clashes
from pggit.work.merge.states import merge_states
from servers import Database

START = """
create table users (id int primary key, email text constraint one_email unique, note text, born int);
create table posts (id int primary key, author int references users, title text, email text);
create type mood as enum ('well', 'ill');
create function twice(int) returns int language sql immutable as 'select 2 * $1';
create view titles as select title from posts;
create domain short as text check (length(value) < 10);
"""
USED, CHANGED, NAME = "uses what is dropped", "uses what is changed", "one name"


@pytest.fixture
def states(make_database: Callable[..., Database]) -> Callable[..., tuple[State, ...]]:
    def state(sql: str) -> State:
        connection = make_database().connect()
        connection.execute(f"{START}; {sql}".encode())
        return read_state(connection)

    return lambda *changes: tuple(state(sql) for sql in changes)


def found_in(server: str, made: Merged) -> tuple[Conflict, ...]:
    with open_sandbox(server) as sandbox:
        return clashes(sandbox, made)


@pytest.fixture
def merged(states, make_database) -> Callable[[str, str], Merged]:
    def run(ours: str, theirs: str) -> Merged:
        made = merge_states(*states("", ours, theirs), make_database().version)
        assert made.conflicts == ()
        return made

    return run


@pytest.fixture
def found(merged, make_database) -> Callable[[str, str], tuple[Conflict, ...]]:
    """Return what cannot be made of two changes, whichever is ours."""

    def run(ours: str, theirs: str) -> tuple[Conflict, ...]:
        one, other = (found_in(make_database().url, merged(*sides)) for sides in ((ours, theirs), (theirs, ours)))
        assert {(each.name, each.key) for each in one} == {(each.name, each.key) for each in other} or any(
            each.name == NAME for each in one
        )
        return one

    return run


@pytest.mark.parametrize(
    ("drops", "uses", "dropped", "user"),
    [
        ("alter table users drop email", "create view v as select email from users", "column public.users.email", "v"),
        (
            "alter table users drop note",
            "create view v as select * from users; create view w as select note from v",
            "column public.users.note",
            "v",
        ),
        (
            "alter table users drop note",
            "create function f() returns text begin atomic select max(note) from users; end",
            "column public.users.note",
            "f()",
        ),
        (
            "alter table users drop note",
            "create policy p on users using (note = current_user)",
            "column public.users.note",
            "policy p on public.users",
        ),
        ("alter table users drop note", "create index i on users (lower(note))", "column public.users.note", "i"),
        (
            "alter table users drop constraint one_email",
            "alter table posts add foreign key (email) references users (email)",
            "constraint one_email on public.users",
            "constraint posts_email_fkey on public.posts",
        ),
        ("drop type mood", "alter table posts add felt mood", "enum public.mood", "felt"),
        ("drop function twice(int)", "create index i on users (twice(born))", "function public.twice(integer)", "i"),
        ("drop view titles", "create view v as select * from titles", "view public.titles", "v"),
        (
            "alter table users drop note",
            "create trigger t before update on users for each row when (new.note is null)"
            " execute function suppress_redundant_updates_trigger()",
            "column public.users.note",
            "trigger t on public.users",
        ),
    ],
)
def test_one_side_uses_what_the_other_dropped(found, drops, uses, dropped, user):
    (conflict,) = found(drops, uses)
    assert (conflict.name, conflict.key) == (USED, dropped)
    assert f"{user} uses {dropped}" in conflict.message
    assert (conflict.base is None, conflict.ours is None, conflict.theirs is None) == (False, True, False)


@pytest.mark.parametrize(
    ("drops", "uses"),
    [
        ("alter table users drop email", "create view v as select email from posts"),
        ("alter table users drop note", "create index i on users (lower(email))"),
        ("alter table users drop note", "create policy p on users using (email = 'note')"),
        ("alter table users drop constraint one_email", "create index i on users (email)"),
        ("drop view titles", "create view v as select title as titles from posts"),
        ("drop function twice(int)", "create function twice(text) returns text immutable language sql as 'select $1';"
         "create index i on users (twice(note))"),
    ],
)  # fmt: skip
def test_one_side_uses_what_the_other_left(found, drops, uses):
    assert found(drops, uses) == ()


@pytest.mark.parametrize(
    ("changes", "uses", "changed"),
    [
        ("alter table users alter note type int using 0", "create index i on users (lower(note))", "note"),
        ("alter table users alter born type date using now()", "create view v as select born % 7 as d from users", "born"),
        ("alter table users alter born type text", "alter table users add check (born > 1900)", "born"),
        (
            "alter table users alter born type timestamptz using now()",
            "create index i on users (twice(born))",
            "born",
        ),
        (
            "alter table posts alter email type int using 0",
            "alter table posts add foreign key (email) references users (email)",
            "email",
        ),
    ],
)  # fmt: skip
def test_one_side_computes_with_what_the_other_retyped(found, changes, uses, changed):
    (conflict,) = found(changes, uses)
    assert (conflict.name, conflict.key.rpartition(".")[2]) == (CHANGED, changed)
    assert f".{changed}, of which type was " in conflict.message


@pytest.mark.parametrize(
    ("changes", "uses"),
    [
        ("alter table users alter note type varchar(80)", "create index i on users (lower(note))"),
        ("alter table users alter born type bigint", "create view v as select born % 7 as d from users"),
        ("alter table users alter born type text", "alter table users add check (note > 'a')"),
        ("alter table users alter born set not null", "create index i on users (twice(born))"),
    ],
)
def test_one_side_computes_with_what_still_goes(found, changes, uses):
    assert found(changes, uses) == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "keys"),
    [
        ("create table x (a int)", "create view x as select 1 as a", {"table public.x", "view public.x"}),
        ("create index x on users (note)", "create sequence x", {"index public.x", "sequence public.x"}),
        (
            "alter table users add constraint x unique (note)",
            "create table x (a int)",
            {"constraint x on public.users", "table public.x"},
        ),
        ("create type x as enum ('a')", "create table x (a int)", {"enum public.x", "table public.x"}),
    ],
)
def test_two_things_of_one_name(found, ours, theirs, keys):
    (conflict,) = found(ours, theirs)
    assert conflict.name == NAME
    assert {key for _, key in conflict.together} == keys


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("create function x() returns int language sql as 'select 1'", "create table x (a int)"),
        ("create schema s create table x (a int)", "create view x as select 1 as a"),
        ("alter table users add constraint x check (id > 0)", "alter table posts add constraint x check (id > 0)"),
        ("alter table users add constraint x check (id > 0)", "create table x (a int)"),
    ],
)
def test_two_things_that_may_share_a_name(found, ours, theirs):
    assert found(ours, theirs) == ()


@pytest.mark.parametrize("side", ["ours", "theirs", "base"])
def test_two_indexes_of_one_name(states, make_database, side):
    sides = states("", "create index x on users (note)", "create index x on posts (title)")
    version = make_database().version
    (conflict,) = merge_states(*sides, version).conflicts
    assert (conflict.name, conflict.key) == (NAME, "index public.x")
    made = merge_states(*sides, version, {conflict.key: Together(side, conflict.together)})
    assert made.conflicts == ()
    has = [group for group, members in made.state.groups.items() if "index public.x" in members]
    assert has == {"ours": ["table public.users"], "theirs": ["table public.posts"], "base": []}[side]


def test_the_registry_has_every_cause():
    assert {cause.NAME for cause in causes()} == {USED, CHANGED, NAME}


def test_several_changes_of_one_cause_are_one_conflict(found):
    (conflict,) = found(
        "alter table users drop note; alter table users drop born; alter table posts drop title cascade",
        "create view v as select note, born from users",
    )
    assert {key for _, key in conflict.together} == {
        "column public.users.note",
        "column public.users.born",
        "view public.v",
    }


def test_two_causes_are_two_conflicts(found):
    conflicts = found(
        "alter table users drop note; alter table users alter born type text",
        "create view v as select note from users; create view w as select born + 1 as b from users",
    )
    assert {(one.name, one.key) for one in conflicts} == {
        (USED, "column public.users.note"),
        (CHANGED, "column public.users.born"),
    }


def test_a_cause_that_is_not_found_is_told_as_it_is(merged, make_database):
    made = merged("create index i on users (note)", "create index j on users (born)")
    made.state.put("table public.users", "index public.i", {"definition": "nonsense"})
    broken = dict(made.state.definition("table public.users", "index public.j"))
    made.state.put("table public.users", "index public.i", broken | {"method": "no_such_method"})
    (conflict,) = found_in(make_database().url, made)
    assert (conflict.name, conflict.key) == (UNKNOWN, "index public.i")
    assert "no_such_method" in conflict.message


@pytest.mark.parametrize("side", ["ours", "theirs", "base"])
def test_a_side_that_is_taken_loads(states, make_database, side):
    base, ours, theirs = states(
        "",
        "alter table users drop email; alter table posts add constraint x unique (title)",
        "create view v as select id, email from users; create view w as select * from v; create index i on users (email);"
        "comment on column users.email is 'mail'; create table other (a int)",
    )
    version = make_database().version
    made = merge_states(base, ours, theirs, version, {"column public.users.email": side})
    found = found_in(make_database().url, made)
    choices = {"column public.users.email": side} | {one.key: Together(side, one.together) for one in found}
    again = merge_states(base, ours, theirs, version, choices)
    with open_sandbox(make_database().url) as sandbox:
        fill(sandbox, again.state)
    assert "table public.other" in again.state.groups
    assert "constraint x on public.posts" in again.state.groups["table public.posts"]
    assert ("view public.w" in again.state.groups) == (side != "ours")
    assert ("column public.users.email" in again.state.groups["table public.users"]) == (side != "ours")
