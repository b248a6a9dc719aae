"""`merge` puts another branch on HEAD, and the live schema follows."""

from __future__ import annotations

import pytest

from pggit.core.errors import NotFound, Refused
from pggit.core.tree import root
from pggit.work.change import How
from pggit.work.merge.byhand import resolve_by_sql
from pggit.work.merge.merge import Want, check, continue_merge, merge
from pggit.work.merge.opened import abort, open_merge, resolve
from pggit.work.switch import switch
from servers import session


@pytest.fixture
def sides(repo, sql):
    """Make a branch ``side`` with one change and go back to main with another."""

    def make(theirs: str, ours: str | None) -> None:
        switch(repo, "side", create=True)
        sql(theirs)
        repo.commit("Theirs")
        switch(repo, "main")
        if ours is not None:
            sql(ours)
            repo.commit("Ours")

    return make


def test_both_changes_are_there(repo, sql, sides, is_sound):
    sides(
        "alter table users alter email type varchar(200); create table a (id int primary key)",
        "alter table users alter email set default ''; create table b (id int primary key)",
    )
    ours, theirs = repo.commit_info().hash, repo.commit_info("side").hash
    done = merge(repo, "side", Want(author="Ann"))
    made = repo.commit_info()
    assert (done.outcome, done.commit, made.parents) == ("merged", made.hash, (ours, theirs))
    assert (made.message, made.author) == ("Merge side into main", "Ann")
    assert is_sound()
    assert sql("select to_regclass('public.a') is null, to_regclass('public.b') is null") == [(False, False)]
    assert sql(
        "select format_type(atttypid, atttypmod), atthasdef from pg_attribute where attrelid = 'users'::regclass and attname = 'email'"
    ) == [("character varying(200)", True)]
    assert sql("select count(*) from users") == [(100,)]
    assert merge(repo, "side").outcome == "up to date"


def test_head_moves_along_where_there_is_nothing_to_merge(repo, sql, sides, is_sound):
    sides("create table a (id int)", None)
    theirs = repo.commit_info("side").hash
    assert merge(repo, "side", how=How(dry_run=True)).outcome == "fast-forward"
    assert repo.commit_info().hash != theirs
    assert merge(repo, "side").commit == theirs == repo.commit_info().hash
    assert is_sound()
    assert repo.branch == "main"


def test_a_commit_of_its_own_where_it_is_wanted(repo, sides, is_sound):
    sides("create table a (id int)", None)
    done = merge(repo, "side", Want(fast_forward=False, message="Take a"))
    assert (done.outcome, repo.commit_info().message, len(repo.commit_info().parents)) == ("merged", "Take a", 2)
    assert is_sound()


def test_only_recorded(repo, sql, sides):
    sides("create table a (id int)", "create table b (id int)")
    done = merge(repo, "side", Want(apply=False, plan=True))
    assert repo.commit_info().hash == done.commit
    assert sql("select to_regclass('public.a')") == [(None,)]
    first = repo.status().changes[0]
    assert (first.verb, first.key) == ("drop", "table public.a")
    assert done.plan.statements[0].key == "table public.a"


def test_a_column_renamed_here_and_retyped_there(repo, sql, sides, is_sound):
    sides(
        "alter table users alter email type varchar(200); comment on column users.email is 'theirs'",
        "alter table users rename email to mail",
    )
    assert merge(repo, "side").outcome == "merged"
    assert is_sound()
    assert sql(
        "select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) from pg_attribute"
        " where attrelid = 'users'::regclass and attnum = 2"
    ) == [("mail", "character varying(200)", "theirs")]
    assert sql("select mail from users where id = 1") == [("user1@example.org",)]


def test_a_table_renamed_there_and_given_a_column_here(repo, sql, sides, is_sound):
    sides("alter table users rename to customers", "alter table users add age int; create index on users (email)")
    assert merge(repo, "side").outcome == "merged"
    assert is_sound()
    assert sql("select age from customers where id = 1") == [(None,)]


def test_a_function_merges_by_lines(repo, sql, sides, is_sound):
    text = "create or replace function f() returns int language plpgsql as $$\ndeclare\n  a int;\nbegin\n  a := {};\n  -- x\n  -- y\n  return a{};\nend $$"
    sql(text.format(1, ""))
    repo.commit("f")
    sides(text.format(2, ""), text.format(1, " + 40"))
    assert merge(repo, "side").outcome == "merged"
    assert is_sound()
    assert sql("select f()") == [(42,)]


def test_conflicts_stop_and_are_resolved(repo, sql, sides, is_sound):
    sides(
        "alter table users alter email type varchar(200); drop table orders; create view v as select 1 as a",
        "alter table users alter email type varchar(300); alter table orders add note text; create view v as select 2 as a",
    )
    before = repo.commit_info().hash
    done = merge(repo, "side", Want(author="Ann"))
    assert done.outcome == "conflicts"
    assert [(c.name, c.key, c.attributes) for c in done.conflicts] == [
        ("changed and dropped", "table public.orders", ()),
        ("both changed", "column public.users.email", ("type",)),
        ("both added", "view public.v", ()),
    ]
    assert repo.commit_info().hash == before
    with pytest.raises(Refused, match="open"):
        merge(repo, "side")
    kept = open_merge(repo)
    assert (kept.who, kept.name, len(kept.conflicts)) == ("Ann", "side", 3)
    assert {c.key for c in continue_merge(repo).conflicts} == {one.key for one in kept.conflicts}
    assert resolve(repo, "theirs", objects=["public.users.email"], reason="wide enough", author="Bea") == [
        "column public.users.email"
    ]
    assert resolve(repo, "theirs", kind="view") == ["view public.v"]
    with pytest.raises(NotFound):
        resolve(repo, "ours", objects=["public.nothing"])
    assert resolve(repo, "ours") == ["table public.orders"]
    assert continue_merge(repo).outcome == "merged"
    assert is_sound()
    assert open_merge(repo) is None
    assert sql("select a from v") == [(1,)]
    assert sql("select count(note) from orders") == [(0,)]
    assert sql(
        "select c.choice, c.reason, c.resolved_by, m.state, m.commit = pggit.head() from pggit.conflicts as c"
        " join pggit.merges as m on m.id = c.merge where c.key = 'column public.users.email'"
    ) == [("theirs", "wide enough", "Bea", "done", True)]
    assert repo.commit_info().message == "Merge side into main"


def test_given_up(repo, sides):
    sides("alter table users alter email type varchar(200)", "alter table users alter email type varchar(300)")
    with pytest.raises(Refused, match="no merge is open"):
        abort(repo)
    merge(repo, "side")
    assert abort(repo).name == "side"
    assert open_merge(repo) is None
    with pytest.raises(Refused, match="no merge is open"):
        continue_merge(repo)


@pytest.mark.parametrize(("strategy", "length"), [("ours", 300), ("theirs", 200)])
def test_one_side_for_all_conflicts(repo, sql, sides, is_sound, strategy, length):
    sides("alter table users alter email type varchar(200)", "alter table users alter email type varchar(300)")
    assert merge(repo, "side", Want(strategy="fail")).outcome == "conflicts"
    assert open_merge(repo) is None
    assert merge(repo, "side", Want(strategy=strategy)).outcome == "merged"
    assert is_sound()
    assert sql(
        "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'users'::regclass and attname = 'email'"
    ) == [(f"character varying({length})",)]


def test_renamed_apart(repo, sql, sides, is_sound):
    sides("alter table users rename email to mail", "alter table users rename email to address")
    done = merge(repo, "side")
    assert [(c.name, c.key) for c in done.conflicts] == [("renamed apart", "column public.users.email")]
    resolve(repo, "theirs")
    assert continue_merge(repo).outcome == "merged"
    assert is_sound()
    assert sql("select mail from users where id = 1") == [("user1@example.org",)]


def test_renamed_onto_one_name(repo, sql, sides, is_sound):
    sql("alter table users add phone text")
    repo.commit("phone")
    sides("alter table users rename phone to contact", "alter table users rename email to contact")
    done = merge(repo, "side")
    assert ("onto one name", "column public.users.contact") in [(c.name, c.key) for c in done.conflicts]


def test_what_does_not_load_is_not_recorded(repo, sql, sides, is_sound):
    sides("create view v as select email from users", "alter table users drop email")
    head = repo.commit_info().hash
    assert check(repo, "main", "side").outcome == "conflicts"
    done = merge(repo, "side")
    assert done.outcome == "conflicts"
    (conflict,) = done.conflicts
    assert (conflict.name, conflict.key) == ("uses what is dropped", "column public.users.email")
    assert conflict.message == "view public.v uses column public.users.email"
    assert repo.commit_info().hash == head
    assert continue_merge(repo).outcome == "conflicts"
    assert is_sound()


@pytest.mark.parametrize(("side", "left"), [("ours", (0, 0)), ("theirs", (1, 1)), ("base", (1, 0))])
def test_what_does_not_load_is_resolved_by_a_side(repo, sql, sides, is_sound, side, left):
    sql("alter table users alter email drop not null")
    repo.commit("No need of one")
    sides("create view v as select email from users", "alter table users drop email; create table more ()")
    merge(repo, "side")
    assert resolve(repo, side, objects=["public.users.email"]) == ["column public.users.email"]
    assert continue_merge(repo).outcome == "merged"
    has_column = "select count(*) from pg_attribute where attrelid = 'users'::regclass and attname = 'email'"
    assert (sql(has_column)[0][0], sql("select count(*) from pg_views where viewname = 'v'")[0][0]) == left
    assert sql("select count(*) from more") == [(0,)]
    assert is_sound()


def test_what_does_not_load_is_resolved_by_sql(repo, sql, sides, is_sound):
    sides("create view v as select id, email from users", "alter table users drop email")
    merge(repo, "side")
    with pytest.raises(Refused, match="also changes"):
        resolve_by_sql(repo, "public.users.email", "create table other ()")
    resolve_by_sql(
        repo, "public.users.email", "create view v as select id, '!' as email from users"
    )  # ours has neither
    assert continue_merge(repo).outcome == "merged"
    assert "!" in sql("select pg_get_viewdef('v'::regclass)")[0][0]
    assert is_sound()


def test_a_strategy_decides_what_does_not_load(repo, sql, sides, is_sound):
    sql("alter table users alter email drop not null")
    repo.commit("No need of one")
    sides("create view v as select email from users", "alter table users drop email")
    assert merge(repo, "side", Want(strategy="fail")).outcome == "conflicts"
    assert open_merge(repo) is None
    assert merge(repo, "side", Want(strategy="theirs")).outcome == "merged"
    assert sql("select count(*) from pg_views where viewname = 'v'") == [(1,)]
    assert is_sound()


def test_histories_that_crossed(repo, sql, sides, is_sound):
    sides("create table a (id int)", "create table b (id int)")
    ours, theirs = repo.commit_info().hash, repo.commit_info("side").hash
    merge(repo, "side")
    switch(repo, "side")
    merge(repo, ours)
    sql("alter table a add x int")
    repo.commit("x")
    switch(repo, "main")
    sql("alter table b add y int")
    repo.commit("y")
    assert set(repo.merge_base("main", "side")) == {ours, theirs}
    assert merge(repo, "side").outcome == "merged"
    assert is_sound()
    assert sql("select count(x) from a") == sql("select count(y) from b") == [(0,)]


def test_refused(repo, sql, sides):
    sides("create table a (id int)", "create table b (id int)")
    with pytest.raises(NotFound):
        merge(repo, "nothing")
    sql("create table c (id int)")
    with pytest.raises(Refused, match="not committed"):
        merge(repo, "side")


def test_a_check_changes_nothing(repo, sql, sides, database, pg_dump):
    sides("create table a (id int)", "create table b (id int)")
    repo.status()
    before = pg_dump(database)
    found = check(repo, "main", "side")
    assert (found.outcome, [change.key for change in found.changes][:1]) == ("merged", ["table public.a"])
    assert check(repo, "side", "side").outcome == "up to date"
    assert merge(repo, "side", how=How(dry_run=True)).changed.plan.statements[0].key == "table public.a"
    assert pg_dump(database) == before


def test_both_did_the_same(repo, sql, sides, is_sound):
    sides("create table a (id int)", "create table a (id int)")
    ours = repo.commit_info().hash
    assert merge(repo, "side").outcome == "merged"
    assert repo.commit_info().parents[0] == ours
    assert repo.diff("HEAD~1", "HEAD") == []
    assert is_sound()


def test_what_one_side_dropped_goes_and_its_rows_are_kept(repo, sql, sides, is_sound):
    sql("create table a (id int primary key); create table b (id int primary key)")
    repo.commit("a, b")
    sides("drop table a", "alter table users add age int")
    sql("insert into a values (7)")
    done = merge(repo, "side")
    assert done.changed.kept == ("table public.a",)
    assert is_sound()
    assert sql("select to_regclass('public.a')") == [(None,)]
    assert {change.key for change in repo.show()[1] if change.verb == "drop"} >= {"table public.a"}


def test_the_tree_of_a_merge_is_that_of_its_objects(repo, sides):
    sides("create table a (id int); drop index orders_user", "create view v as select 1 as a; drop type mood")
    merge(repo, "side")
    ((stored, meaning),) = (
        session(repo)
        .execute(
            "select encode(t.hash, 'hex'), encode(t.meaning, 'hex') from pggit.tree as t"
            " join pggit.commit as c on c.tree = t.hash where c.hash = pggit.head()"
        )
        .fetchall()
    )
    assert root(repo.load("HEAD")) == (stored, meaning)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("create view v as select email from users where email > 'a'", "select count(email) from v"),
        ("create materialized view v as select lower(email) as email from users", "select count(email) from v"),
        (
            "create function f() returns bigint begin atomic select count(email) from users; end",
            "select f()",
        ),
        ("create rule r as on delete to users where old.email = 'x' do instead nothing", "select count(contact) from users"),
        ("create or replace view known as select id, email || '' as email from users", "select count(email) from known"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("renamed_here", [True, False])
def test_a_query_follows_a_column_that_the_other_side_renamed(repo, sql, sides, is_sound, query, asked, renamed_here):
    sql("create view known as select id, email from users")
    repo.commit("What was there")
    rename = "alter table users rename email to contact"
    sides(*((query, rename) if renamed_here else (rename, query)))
    assert merge(repo, "side").outcome == "merged"
    assert sql(asked) == [(100,)]
    assert sql("select count(contact) from users") == sql("select count(email) from known") == [(100,)]
    assert is_sound()


def test_both_change_a_query_and_one_renames_its_column(repo, sql, sides, is_sound):
    sql("create view known as select id, email, 1 as one from users where id > 0")
    repo.commit("What was there")
    sides(
        "create or replace view known as select id, email, 1 as one, 2 as two from users where id > 0",
        "alter table users rename email to contact",
    )
    assert merge(repo, "side").outcome == "merged"
    assert sql("select count(email), sum(two) from known") == [(100, 200)]
    assert is_sound()


def test_a_partition_is_detached_and_its_parent_gets_more(repo, sql, sides, is_sound):
    sql("create table parts (id int, at date) partition by range (at)")
    sql("create table part partition of parts for values from ('2026-01-01') to ('2027-01-01')")
    repo.commit("Parts")
    sides("alter table parts detach partition part", "alter table parts add note text; create index on parts (id)")
    assert merge(repo, "side").outcome == "merged"
    assert sql("select count(note) from part") == [(0,)]
    assert sql("select inhrelid from pg_inherits where inhrelid = 'part'::regclass") == []
    assert is_sound()
