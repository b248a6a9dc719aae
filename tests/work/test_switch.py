"""Switching between branches changes the live schema, and no row is lost."""

from __future__ import annotations

import pytest

from pggit.core.errors import NotFound, Refused
from pggit.work import keep, restore
from pggit.work.change import How
from pggit.work.switch import switch


def kept(repo):
    return [one.key for one in restore.kept(repo.connection)]


def on_a_branch(repo, sql, statements, name="feature"):
    """A branch with these changes, committed; HEAD is on it."""
    switch(repo, name, create=True)
    sql(statements)
    return repo.commit(name)


def test_rows_of_a_table_stay_until_it_is_back(repo, sql, is_sound):
    main = repo.commit_info().hash
    on_a_branch(repo, sql, """
        create table public.points (id serial primary key, user_id int references users on delete cascade, n int not null check (n > 0),
          feeling mood default 'glad', twice int generated always as (n * 2) stored, unique (user_id, n));
        create index on public.points (n);
        create function public.touch() returns trigger language plpgsql as 'begin new.n = 99; return new; end';
        create trigger touch before insert or update on public.points for each row execute function touch();
        alter table public.points enable row level security;
        create policy mine on public.points using (user_id = 1);
        alter table public.points disable trigger touch;
        insert into public.points (user_id, n) select n, n from generate_series(1, 50) as n;
        alter table public.points enable trigger touch;
    """)  # fmt: skip
    before = sql("select * from public.points order by id")
    done = switch(repo, "main")
    assert done.kept == ("table public.points",)
    assert done.commit == main
    assert repo.branch == "main"
    assert kept(repo) == ["table public.points"]
    assert sql("select to_regclass('public.points'), to_regproc('public.touch')") == [(None, None)]
    assert is_sound()
    assert repo.log(limit=1)[0].hash == main
    assert {event.commit for event in repo.history("public.points") if event.new is None} == {main}

    back = switch(repo, "feature")
    assert back.returned == ("table public.points",)
    assert sql("select * from public.points order by id") == before
    assert kept(repo) == []
    assert is_sound()
    sql("alter table public.points disable trigger touch")
    assert sql("insert into public.points (user_id, n) values (60, 7) returning id") == [(51,)]


def test_values_of_columns_stay_until_they_are_back(repo, sql, is_sound):
    sql("""create function public.shout() returns trigger language plpgsql as 'begin new.email = upper(new.email); return new; end';
        create trigger shout before update on public.users for each row execute function shout()""")
    repo.commit("shouting")
    on_a_branch(repo, sql, """
        alter table public.users add phone text, add feeling mood not null default 'glad', add rank int unique;
        alter table public.users disable trigger shout;
        update public.users set phone = '+' || id, feeling = case when id % 2 = 0 then 'sad' else 'glad' end::mood, rank = -id where id > 5;
        alter table public.users enable trigger shout;
        alter table public.users alter rank set not null, alter phone set default 'none'
    """.replace("rank = -id where id > 5", "rank = -id"))  # fmt: skip
    before = sql("select id, email, phone, feeling, rank from public.users order by id")
    done = switch(repo, "main")
    assert sorted(kept(repo)) == [f"column public.users.{c}" for c in ("feeling", "phone", "rank")]
    assert done.plan.hazards.isdisjoint({"data-loss"})
    assert is_sound()
    sql("delete from public.users where id = 100 and not exists (select from public.orders where user_id = 100)")
    switch(repo, "feature")
    assert sql("select id, email, phone, feeling, rank from public.users order by id") == before
    assert kept(repo) == []
    assert is_sound()
    assert sql("select tgenabled from pg_trigger where tgname = 'shout'") == [("O",)]


def test_back_and_forth_many_times(repo, sql, is_sound):
    on_a_branch(repo, sql, "create table public.notes (id int primary key, t text); alter table public.users add nick text;"
                " insert into public.notes select n, n::text from generate_series(1, 9) as n; update public.users set nick = id::text")  # fmt: skip
    switch(repo, "main")
    on_a_branch(repo, sql, "drop table public.orders; alter table public.users add nick text;"
                " update public.users set nick = 'other ' || id", name="other")  # fmt: skip
    for _ in range(3):
        switch(repo, "main")
        assert sql("select count(*) from public.users") == [(100,)]
        switch(repo, "feature")
        assert sql("select count(*), max(t) from public.notes") == [(9, "9")]
        assert sql("select count(*) from public.users where nick = id::text") == [(100,)]
        switch(repo, "main")
        switch(repo, "other")
        assert sql("select count(*) from public.users where nick = 'other ' || id") == [(100,)]
        assert is_sound()
    assert sorted(kept(repo)) == ["column public.users.nick", "table public.notes"]  # orders went by hand


def test_partitions_and_sequences(repo, sql, is_sound):
    on_a_branch(repo, sql, """
        create table public.log (day int not null, text text, primary key (day)) partition by range (day);
        create table public.log_1 partition of public.log for values from (0) to (100);
        create table public.log_2 partition of public.log for values from (100) to (200);
        create table public.parent (id int); create table public.child (x int) inherits (public.parent);
        create sequence public.numbers; select nextval('public.numbers') from generate_series(1, 7);
        insert into public.log select n, 'day ' || n from generate_series(1, 150) as n;
        insert into public.child values (1, 2);
    """)  # fmt: skip
    switch(repo, "main")
    assert set(kept(repo)) == {f"table public.{t}" for t in ("log_1", "log_2", "child")} | {"sequence public.numbers"}
    assert is_sound()
    switch(repo, "feature")
    assert sql("select count(*), sum(day) from public.log") == [(150, 11325)]
    assert sql("select count(*) from only public.log_2") == [(51,)]
    assert sql("select * from public.child") == [(1, 2)]
    assert sql("select nextval('public.numbers')") == [(8,)]
    assert is_sound()
    assert kept(repo) == []


def test_identity_goes_on_where_it_was(repo, sql, is_sound):
    switch(repo, "none", create=True)
    sql(
        "create table public.n (id int generated always as identity primary key, t text); insert into public.n (t) values ('a'), ('b')"
    )
    repo.commit("n")
    switch(repo, "main")
    switch(repo, "none")
    assert sql("insert into public.n (t) values ('c') returning id") == [(3,)]
    assert is_sound()


def test_what_is_not_committed_is_refused(repo, sql):
    on_a_branch(repo, sql, "create table public.a (id int)")
    sql("create table public.b (id int)")
    with pytest.raises(Refused, match=r"not committed: table public\.b") as refused:
        switch(repo, "main")
    assert "pggit stash" in refused.value.hint
    assert repo.branch == "feature"
    sql("drop table public.a, public.b")
    switch(repo, "main")  # the schema is that of main: nothing is to be done
    assert repo.branch == "main"
    with pytest.raises(NotFound):
        switch(repo, "nowhere")


def test_without_a_key_it_is_refused(repo, sql):
    sql("create table public.loose (a int); insert into public.loose values (1)")
    repo.commit("loose")
    on_a_branch(repo, sql, "alter table public.loose add b int; update public.loose set b = 2")
    with pytest.raises(Refused, match="data-loss"):
        switch(repo, "main")
    assert sql("select * from public.loose") == [(1, 2)]
    done = switch(repo, "main", how=How(allow=["data-loss"]))
    assert done.kept == ()
    assert sql("select * from public.loose") == [(1,)]
    assert kept(repo) == []


def test_a_dry_run_changes_nothing(repo, sql, database, pg_dump):
    on_a_branch(repo, sql, "create table public.a (id int primary key); insert into public.a values (1)")
    repo.status()
    before = pg_dump(database)
    done = switch(repo, "main", how=How(dry_run=True))
    assert any("keep_table" in statement.sql for statement in done.plan.statements)
    assert done.applied is None
    assert pg_dump(database) == before


def test_what_is_ignored_stays(repo, sql, is_sound):
    sql("create schema scratch; create table scratch.t (id int); insert into scratch.t values (1)")
    repo.set("ignore", "^(schema|table) scratch")
    repo.status()
    on_a_branch(repo, sql, "create table public.a (id int)")
    switch(repo, "main")
    assert sql("select * from scratch.t") == [(1,)]
    assert is_sound()


def test_kept_things_are_not_tracked(repo, sql):
    sql("create table public.a (id int primary key, v text); insert into public.a values (1, 'x')")
    repo.commit("a")
    on_a_branch(repo, sql, "alter table public.a drop v")
    switch(repo, "main")
    on_a_branch(repo, sql, "drop table public.a", "none")
    assert keep.SCHEMA not in str(repo.status())
    assert not repo.fsck()
    assert not [key for _, key in repo.load("work").keys() if keep.SCHEMA in key]


def test_a_table_whose_functions_look_for_unqualified_names_comes_back(repo, sql, is_sound):
    """Its column is computed, and its CHECK looked at, by functions that call others of the role's search_path."""
    sql("revoke create on schema public from public")
    on_a_branch(repo, sql, """
        create function public.lo(t text) returns text language sql immutable as 'select lower(t)';
        create function public.norm(t text) returns text language plpgsql immutable as 'begin return lo(trim(t)); end';
        create table public.tags (id int primary key, e text check (norm(e) <> ''),
          n text generated always as (norm(e)) stored) partition by list (id);
        create table public.tags_1 partition of public.tags for values in (1, 2);
        create table public.later (id int primary key, e text);
        insert into public.tags (id, e) values (1, ' A');
    """)  # fmt: skip
    before = sql("select * from public.tags")
    switch(repo, "main")
    assert kept(repo) != []
    switch(repo, "feature")
    assert sql("select * from public.tags") == before == [(1, " A", "a")]
    assert kept(repo) == []
    assert is_sound()
