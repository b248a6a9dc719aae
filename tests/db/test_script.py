"""Scripts run as with psql; errors say where."""

from __future__ import annotations

import subprocess

import pytest

from pggit.core.errors import NotFound, SqlFailed, UsageError
from pggit.db.load import load_directory
from pggit.db.script import run_script


def tables(connection) -> list[str]:
    rows = connection.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
    )
    return sorted(row[0] for row in rows)


def test_all_or_nothing(database):
    connection = database.connect()
    text = "create table a ();\ncreate table b ();\n\nselect\n  1 / 0;\ncreate table c ();"
    with pytest.raises(SqlFailed, match=r"^x\.sql:4: division by zero \(22012\)$") as caught:
        run_script(connection, text, name="x.sql", one_transaction=True)
    assert caught.value.sqlstate == "22012"
    assert tables(connection) == []


def test_statement_by_statement(database):
    connection = database.connect()
    text = "create table a (b int);\ncreate index concurrently on a (b);\nselect\n 1,\n nope;\ncreate table c ();"
    with pytest.raises(SqlFailed, match=r"x\.sql:5: .*nope.* \(42703\)"):
        run_script(connection, text, name="x.sql", one_transaction=False)
    assert tables(connection) == ["a"]


def test_the_scripts_own_transaction_is_rolled_back(database):
    connection = database.connect()
    with pytest.raises(SqlFailed):
        run_script(connection, "begin; create table a (); select 1/0; commit;", one_transaction=False)
    assert tables(connection) == []
    assert run_script(connection, "begin; create table a (); commit;", one_transaction=False) == 3
    assert tables(connection) == ["a"]


def test_no_transaction_control_within_one(database):
    connection = database.connect()
    with pytest.raises(UsageError, match=":2: COMMIT"):
        run_script(connection, "create table a ();\ncommit;", one_transaction=True)
    assert run_script(connection, "savepoint a; create table a (); rollback to a;", one_transaction=True) == 3
    assert tables(connection) == []


def test_percent_and_copy(database):
    connection = database.connect()
    text = "create table a (b text);select 'a%s' like 'a%';copy a from stdin;\nx;'\n\\N\n\\.\ncreate table c ();"
    run_script(connection, text, one_transaction=True)
    assert connection.execute("select b from a").fetchall() == [("x;'",), (None,)]
    with pytest.raises(SqlFailed, match=r"^script:3: .*22P04"):
        run_script(connection, "create table d (b int);\n\ncopy d from stdin;\n1\t2\n\\.\n", one_transaction=True)
    assert tables(connection) == ["a", "c"]


def test_few_round_trips(database, monkeypatch):
    connection = database.connect()
    sent = []
    execute = type(connection).execute
    monkeypatch.setattr(
        type(connection), "execute", lambda self, *args, **kw: (sent.append(args), execute(self, *args, **kw))[1]
    )
    run_script(connection, "create table a ();" + "select 1;" * 500, one_transaction=True)
    assert len(sent) == 1


def test_unknown_commands_name_file_and_line(database):
    with pytest.raises(UsageError, match=r"^f\.sql:2: .*connect"):
        run_script(database.connect(), "select 1;\n\\connect x\n", name="f.sql", one_transaction=True)


SCHEMA = """
create type mood as enum ('sad', 'it''s ok');
create table t (id int primary key, m mood, note text, raw bytea);
insert into t
    select i, 'sad', E'tab\\t, line\\n, back\\\\slash \\\\. ; '' "' || i, '\\x00ff' from generate_series(1, 500) i;
insert into t values (0, null, '\\.', null);
create function f(a int) returns int language sql begin atomic select case when a > 0 then 1 else 2 end; end;
create procedure p() language plpgsql as $x$ begin perform $$;$$; end $x$;
create rule r as on insert to t where new.id < 0 do also (select 1; select 2);
create view v as select id, 'a;b' as k from t;
create index on t (note);
comment on table t is 'line
; two';
"""


@pytest.mark.parametrize("one_transaction", [True, False])
def test_a_dump_comes_back_the_same(database, make_database, one_transaction):
    connection = database.connect()
    schema = (
        SCHEMA if database.version >= 14 else SCHEMA.replace("begin atomic", "as $$").replace("end; end;", "end $$;")
    )
    run_script(connection, schema, one_transaction=True)
    other = make_database()
    run_script(other.connect(), dump(database), one_transaction=one_transaction)
    assert without_keys(dump(other)) == without_keys(dump(database))


def dump(database) -> str:
    command = [database.server.bindir / "pg_dump", "--no-sync", "--dbname", database.url]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def without_keys(text: str) -> list[str]:
    return [line for line in text.splitlines() if "restrict" not in line]


def test_a_directory_in_the_order_that_it_needs(database, tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a_view.sql").write_text("create view v as select f(id) from s.t;")
    (tmp_path / "b" / "f.sql").write_text(
        "create function f(int) returns int language plpgsql as 'begin return nope; end';"
    )
    (tmp_path / "c.sql").write_text("create table s.t (id int);create table s.u (a s.d);")
    (tmp_path / "d.sql").write_text("create schema s; create domain s.d as int; set search_path = s;")
    (tmp_path / "e.sql").write_text("create index concurrently on s.t (id);")
    (tmp_path / "f.sql").write_text("begin; create table k (); commit;")
    connection = database.connect()
    done = load_directory(connection, tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in done] == [
        "b/f.sql",
        "d.sql",
        "f.sql",
        "c.sql",
        "e.sql",
        "a_view.sql",
    ]
    assert tables(connection) == ["k"]
    assert connection.execute("show check_function_bodies").fetchone() == ("on",)


def test_a_directory_that_never_loads(database, tmp_path):
    (tmp_path / "a.sql").write_text("create table a ();\ncreate view v as select * from nope;")
    (tmp_path / "b.sql").write_text("create table b ();")
    with pytest.raises(SqlFailed, match=r"a\.sql:2: .*nope.*42P01"):
        load_directory(database.connect(), tmp_path)
    (tmp_path / "a.sql").write_text("selec")
    with pytest.raises(SqlFailed, match=r"a\.sql:1: .*42601"):
        load_directory(database.connect(), tmp_path / "a.sql")
    with pytest.raises(NotFound):
        load_directory(database.connect(), tmp_path / "none")


def test_many_files_are_few_round_trips(database, tmp_path, monkeypatch):
    for number in range(200):
        (tmp_path / f"{number}.sql").write_text(f"create table t{number} (a int);\nset search_path = nowhere;\n")
    connection = database.connect()
    sent = []
    execute = type(connection).execute
    monkeypatch.setattr(
        type(connection), "execute", lambda self, *args, **kw: (sent.append(args), execute(self, *args, **kw))[1]
    )
    assert len(load_directory(connection, tmp_path)) == 200
    assert len(sent) <= 3
    assert len(tables(connection)) == 200
    assert connection.execute("show search_path").fetchone() == ('"$user", public',)


def test_one_wrong_file_of_many_leaves_nothing_half_done(database, tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.sql").write_text(f"create table t{number} (a int);\ninsert into t{number} values (1);")
    (tmp_path / "3.sql").write_text("create table x ();\nselect 1 / 0;")
    with pytest.raises(SqlFailed, match=r"3\.sql:2: division by zero"):
        load_directory(database.connect(), tmp_path)
    (tmp_path / "3.sql").write_text("insert into t4 values (2);")
    other = database.connect()
    other.execute("drop table t0, t1, t2")
    assert [file.name for file in load_directory(other, tmp_path)] == ["0.sql", "1.sql", "2.sql", "4.sql", "3.sql"]
    assert other.execute("select a from t4 order by 1").fetchall() == [(1,), (2,)]


def test_an_enum_s_new_value_in_a_later_file(database, tmp_path):
    """What cannot be in one transaction is in several."""
    (tmp_path / "1.sql").write_text("create type mood as enum ('sad');create table t (m mood);")
    (tmp_path / "2.sql").write_text("alter type mood add value 'glad';")
    (tmp_path / "3.sql").write_text("insert into t values ('glad');create index concurrently on t (m);")
    connection = database.connect()
    assert len(load_directory(connection, tmp_path)) == 3
    assert connection.execute("select m::text from t").fetchall() == [("glad",)]
