"""The rules about what a merge breaks though it loads: true and false cases of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.work.merge.merge import Want, check, merge
from pggit.work.merge.rules import findings, rules
from pggit.work.merge.states import merge_states
from pggit.work.switch import switch
from servers import Database

START = """
create table users (id int primary key, email text, note text);
create table log (at timestamptz default now(), what text);
create schema app; create table app.things (id int, size int);
"""
PLPGSQL = "create function f({}) returns {} language plpgsql as $$ {} $$;"


@pytest.fixture
def broken(make_database: Callable[..., Database]) -> Callable[[str, str], list[tuple[str, str, str]]]:
    """Return what a merge of two changes breaks."""

    def state(sql: str) -> State:
        connection = make_database().connect()
        connection.execute(f"set check_function_bodies = off; {START}; {sql}".encode())
        return read_state(connection)

    def run(ours: str, theirs: str) -> list[tuple[str, str, str]]:
        base, mine, other = state(""), state(ours), state(theirs)
        made = merge_states(base, mine, other, 18)
        assert made.conflicts == ()
        return [(one.rule, one.key, one.message) for one in findings(mine, other, made.state)]

    return run


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [
        (
            "alter table users drop email",
            PLPGSQL.format("", "text", "begin return (select email from users where id = 1); end"),
            "column email",
        ),
        (
            "alter table users drop email",
            PLPGSQL.format("", "void", "begin update public.users as u set note = u.email where u.id = 1; end"),
            "column u.email",
        ),
        (
            "alter table users drop email",
            PLPGSQL.format("", "void", "begin if true then insert into users (id, email) values (1, ''); end if; end"),
            "column public.users.email",
        ),
        (
            "drop table log",
            PLPGSQL.format("", "void", "begin insert into log (what) values ('x'); end"),
            "relation log",
        ),
        (
            "drop table log",
            "create function t() returns trigger language plpgsql as $$ begin if new.id = 1 then insert into log (what) values (old.note); end if; return new; end $$;",
            "relation log",
        ),
        (
            "alter table app.things rename size to extent",
            "create function f() returns int language sql set search_path = app as 'select max(size) from things'",
            "column size",
        ),
        (
            "alter table users drop email",
            PLPGSQL.format("", "text", "declare x users.email%type; begin return x; end"),
            "column email",
        ),
    ],
)
def test_a_body_names_what_is_gone(broken, ours, theirs, name):
    assert [(rule, f"uses {name}, which" in message) for rule, _, message in broken(ours, theirs)] == [
        ("body-names", True)
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        # another table's column of that name
        (
            "alter table users drop note",
            PLPGSQL.format("", "int", "begin return (select max(size) from app.things); end"),
        ),
        # a variable
        (
            "alter table users drop email",
            PLPGSQL.format("email text", "text", "declare note text; begin note := email; return note; end"),
        ),
        # only in a text
        ("drop table log", PLPGSQL.format("", "text", "begin return 'insert into log'; end")),
        # a table that the function makes itself
        (
            "drop table log",
            PLPGSQL.format(
                "", "void", "begin create temp table mine (a int); insert into mine (a) select id from users; end"
            ),
        ),
        # common table expressions
        (
            "alter table users drop email",
            PLPGSQL.format(
                "", "int", "begin return (with u as (select id as email from users) select email from u); end"
            ),
        ),
        # broken before
        (
            "alter table users drop email; "
            + PLPGSQL.format("", "text", "begin return (select email from users); end"),
            "drop table log",
        ),
    ],
)
def test_a_body_names_what_is_there(broken, ours, theirs):
    assert broken(ours, theirs) == []


NEEDED = "alter table users add age int not null"


@pytest.mark.parametrize(
    "theirs",
    [
        PLPGSQL.format("", "void", "begin insert into users (id, email) values (1, ''); end"),
        "create procedure p() language sql as 'insert into public.users (id) select 1'",
        PLPGSQL.format(
            "n int",
            "int",
            "declare i int; begin for i in 1..n loop insert into users as u (id) values (i) on conflict do nothing; end loop; return 1; end",
        ),
    ],
)
def test_a_body_inserts_without_a_column(broken, theirs):
    ((rule, _, message),) = broken(NEEDED, theirs)
    assert rule == "insert-without"
    assert message == "its body inserts into public.users without column age, which is NOT NULL"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (NEEDED + " default 0", PLPGSQL.format("", "void", "begin insert into users (id) values (1); end")),
        (
            "alter table users add age int not null generated always as identity",
            PLPGSQL.format("", "void", "begin insert into users (id) values (1); end"),
        ),
        (NEEDED, PLPGSQL.format("", "void", "begin insert into app.things (id) values (1); end")),
        (NEEDED, PLPGSQL.format("", "void", "begin update users set note = 'x'; end")),
        (
            NEEDED
            + "; create function fill() returns trigger language plpgsql as $$ begin new.age := 1; return new; end $$;"
            " create trigger fill before insert on users for each row execute function fill()",
            PLPGSQL.format("", "void", "begin insert into users (id) values (1); end"),
        ),
        (NEEDED + "; " + PLPGSQL.format("", "void", "begin insert into users (id) values (1); end"), "drop table log"),
    ],
)
def test_a_body_inserts_all_that_is_needed(broken, ours, theirs):
    assert broken(ours, theirs) == []


def test_the_registry_has_every_rule():
    assert set(rules()) == {"body-names", "insert-without"}


def test_findings_stop_a_merge_unless_they_are_accepted(repo, sql, is_sound):
    sql("alter table users alter email drop not null")
    repo.commit("Email may be null")
    repo.create_branch("side")
    sql("alter table users drop email")
    repo.commit("No email")
    ours = repo.commit_info().hash
    switch(repo, "side")
    sql(PLPGSQL.format("", "text", "begin return (select max(email) from users); end"))
    repo.commit("f")
    switch(repo, "main")
    done = merge(repo, "side")
    assert (done.outcome, [one.rule for one in done.findings], repo.commit_info().hash) == (
        "findings",
        ["body-names"],
        ours,
    )
    assert check(repo, "main", "side").outcome == "findings"
    assert merge(repo, "side", Want(accept=["insert-without"], reason="x")).outcome == "findings"
    assert merge(repo, "side", Want(accept=["body-names"], reason="it is never called")).outcome == "merged"
    assert repo.commit_info().message == (
        "Merge side into main\n\nAccepted body-names: function public.f(): its body uses column email, which is not"
        " there\nReason: it is never called"
    )
    assert is_sound()
