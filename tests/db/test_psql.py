"""psql's own commands in scripts do what psql does; psql itself is the judge where it is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pggit.core.errors import SqlFailed, UsageError
from pggit.db.load import load_directory
from pggit.db.psql import boolean, copy_from
from pggit.db.script import run_script
from pggit.db.split import ScriptUnreadable, read_script

PSQL = shutil.which("psql")


def texts(script: str, **variables: str) -> list[str]:
    return [statement.text for statement in read_script(script, variables=variables).statements]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("\\set a 1\nselect :a;", ["select 1"]),
        ("\\set a 1 2 'x y'\nselect ':a', :a;", ["select ':a', 12x y"]),
        ("\\set a it''s\nselect :'a', :\"a\";", ["select 'its', \"its\""]),
        ("\\set a 'it''s'\nselect :'a', :\"a\";", ["select 'it''s', \"it's\""]),
        ("\\set a 'x\\ny\\x41\\101'\nselect :'a';", ["select 'x\nyAA'"]),
        ("\\set a 'b\\\\c'\nselect :'a';", ["select  E'b\\\\c'"]),
        ("\\set a b\n\\set c :a'd':a\nselect :c;", ["select bdb"]),
        ("\\set a b\nselect x::a, [1:a], b:=a, '::a :a', \":a\", $$:a$$ -- :a\n;", None),
        ("select x::int, a[1:2], a[:n], f(b := 1), :none, :'none', :\"none\";", None),
        ("\\set t 'public.x'\ntable :t;table :t", ["table public.x", "table public.x"]),
        ("\\set q 'select 1; select 2'\n:q;", ["select 1", "select 2"]),
        ("\\set a :a\nselect :a", ["select :a"]),
        ("\\set a 1\n\\unset a\nselect :a", ["select :a"]),
        ("\\set a\nselect x:a;", ["select x"]),
        ("\\set a 1\nselect :{?a}, :{?b};", ["select TRUE, FALSE"]),
        ("\\set a 1 \\set b 2\nselect :a, :b;", ["select 1, 2"]),
        ("\\set a 1 \\\\ select :a;", ["select 1"]),
        ("select 1 \\g\nselect 2 \\; select 3;", ["select 1", "select 2", "select 3"]),
        ("select a[1\\:n];", ["select a[1:n]"]),
        ("select 1;\n\\q\nselect 2;", ["select 1"]),
        ("\\dt+ x\n\\d\n\\echo it's ; here\n\\qecho\n\\warn x\n\\pset x\nselect 1", ["select 1"]),
    ],
)
def test_variables(script: str, expected: list[str] | None) -> None:
    if expected is None:
        begin = script.index("select")
        expected = [script[begin:].removesuffix(";")]
        assert texts(script)[0].split(" --")[0] == expected[0].split(" --")[0].replace("[1:a]", "[1b]")
        return
    assert texts(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("\\if true\nselect 1;\n\\else\nselect 2;\n\\endif\nselect 3;", "13"),
        ("\\if off\nselect 1;\n\\elif 1\nselect 2;\n\\elif 1\nselect 3;\n\\else\nselect 4;\n\\endif", "2"),
        ("\\if 0\n\\if nonsense\nselect 1;\n\\else\nselect 2;\n\\endif\n\\else\nselect 3;\n\\endif", "3"),
        ("\\if 0\n\\connect x\n\\i nowhere\n\\set a `ls`\n\\copy t from program 'x'\n\\! ls\n\\endif\nselect 1;", None),
        ("\\if :{?x}\nselect 1;\n\\else\nselect 2;\n\\endif", "2"),
        ("\\set x on\n\\if :x\nselect 1;\n\\endif", "1"),
        ("select\n\\if yes\n 1\n\\else\n ( 2\n\\endif\n;select 3;", "13"),
        ("\\if no\nselect '; \\\\endif';\nselect $$ \\endif $$;\n/* \\endif */\n\\endif\nselect 1;", "1"),
        ("\\if 1\nselect 1;\n\\elif nonsense\nselect 2;\n\\endif", "1"),
    ],
)
def test_conditions(script: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ScriptUnreadable, match=r"line 4: .*backquotes"):
            read_script(script)
        script, expected = script.replace("\\set a `ls`\n", ""), "1"
    assert "".join("".join(c for c in text if c.isdigit()) for text in texts(script)) == expected


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("\\if maybe\n\\endif", r"line 1: .*'maybe'"),
        ("\\if\n\\endif", r"line 1: .*needs true or false"),
        ("select 1;\n\\if :x\n\\endif", r"line 2: .*':x'"),
        ("\n\\else", r"line 2: \\else without \\if"),
        ("\\if 1\n\\else\n\\else\n\\endif", r"line 3: \\else after \\else"),
        ("select 1;\n\\if 1\n", r"line 2: \\if without \\endif"),
        ("\\endif", r"line 1: \\endif without"),
        ("\\set 1-2 x", "'1-2' is no name of a variable"),
        ("\\set AUTOCOMMIT off", "AUTOCOMMIT off is not supported"),
        ("\\set x `date`", "backquotes"),
        ("\\copy t to 'x'", "writes a file"),
        ("\\copy t from program 'cat x'", "from program"),
        ("\\copy t from pstdin", "from pstdin"),
        ("\\copy t", "without FROM"),
        ("select 1\n\\gexec", r"line 2: .*gexec"),
        ("select 1 as x \\gset", r"line 1: .*gset"),
        ("select 1\n\\i x.sql", r"line 2: \\i within a statement"),
        ("\\!rm -rf x", r"\\!rm is not known"),
        ("\\! rm", r"\\! is not known"),
        ("\\g out.txt", r"\\g is not known"),
    ],
)
def test_what_is_refused(script: str, message: str) -> None:
    with pytest.raises(ScriptUnreadable, match=message):
        read_script(script)


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(ScriptUnreadable) as caught:
        read_script("\\c other")
    assert "one database" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("line", "statement", "file"),
    [
        ("t from 'a b.csv' with (format csv, header)", "copy t from stdin with (format csv, header)", "a b.csv"),
        ("t from x.txt;", "copy t from stdin", "x.txt"),
        ("\"from\" (a, \"b from c\") from 'it''s' csv", 'copy "from" (a, "b from c") from stdin csv', "it's"),
        ("s.t FROM stdin csv", "copy s.t from stdin csv", None),
    ],
)
def test_copy(line: str, statement: str, file: str | None) -> None:
    assert copy_from(line) == (statement, file)


def test_booleans() -> None:
    assert [boolean(text) for text in ("t", "TRUE", "y", "on", "1")] == [True] * 5
    assert [boolean(text) for text in ("f", "fa", "no", "off", "of", "0")] == [False] * 6
    assert [boolean(text) for text in ("", "o", "2", "truely")] == [None] * 4


def test_included_and_copied_files(database, tmp_path: Path) -> None:
    (tmp_path / "all.sql").write_text(
        "\\set tab people\n\\ir parts/one.sql\n\\i parts/two.sql\ninsert into :tab values (3);"
    )
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "one.sql").write_text("create table :tab (id int, name text default 'x');\n")
    (parts / "two.sql").write_text(
        "\\copy people from '../rows/people.csv' with (format csv)\n\\include_relative three.sql\n"
    )
    (parts / "three.sql").write_text("copy people from stdin;\n5\tfive\n\\.\n")
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "people.csv").write_bytes('1,"a;\n\\.b"\n2,ünï\n'.encode())
    connection = database.connect()
    done = load_directory(connection, tmp_path)
    assert [file.name for file in done] == ["all.sql"]  # the others are its parts
    rows = connection.execute("select id, name from people order by 1").fetchall()
    assert rows == [(1, "a;\n\\.b"), (2, "ünï"), (3, "x"), (5, "five")]


def test_errors_name_the_included_file(database, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("select 1;\n\n\\ir b.psql\n")
    (tmp_path / "b.psql").write_text("select 1;\nselect\n nope;\n")
    connection = database.connect()
    with pytest.raises(SqlFailed, match=r"b\.psql:3: .*nope"):
        load_directory(connection, tmp_path)
    (tmp_path / "b.psql").write_text("select 1;\n\\connect x\n")
    with pytest.raises(UsageError, match=r"b\.psql:2: .*connect"):
        load_directory(connection, tmp_path)
    (tmp_path / "b.psql").write_text("\\ir c.psql")
    with pytest.raises(UsageError, match=r"b\.psql:1: there is no file .*c\.psql") as caught:
        load_directory(connection, tmp_path)
    assert "starts at the directory" in str(caught.value.hint)
    (tmp_path / "b.psql").write_text(f"\\ir ../{tmp_path.name}/a.sql")
    with pytest.raises(UsageError, match=r"b\.psql:1: a\.sql is included within itself: a\.sql → b\.psql → a\.sql"):
        load_directory(connection, tmp_path)
    (tmp_path / "b.psql").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"b\.psql is not UTF-8"):
        load_directory(connection, tmp_path)


def test_lines_of_statements_with_variables() -> None:
    script = "\\set a 'x\n\\set b y\nselect\n  :b,\n  nope;\nselect 2;"
    first, second = read_script(script).statements
    assert (first.text, first.line, second.line) == ("select\n  y,\n  nope", 3, 6)
    assert [first.line_at(first.text.index(word)) for word in ("select", "y", "nope")] == [3, 4, 5]


def test_a_script_that_is_no_file_names_none(database) -> None:
    with pytest.raises(UsageError, match=r"f:2: \\i x\.sql in a script that is no file"):
        run_script(database.connect(), "select 1;\n\\i x.sql", name="f", one_transaction=True)


def test_what_psql_knows_of_the_connection(database, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "\\if :{?SERVER_VERSION_NUM}\ncreate table v as select :SERVER_VERSION_NUM as n, :'DBNAME' as d, :'USER' as u;\n\\endif"
    )
    connection = database.connect()
    load_directory(connection, tmp_path)
    expected = "select current_setting('server_version_num')::int, current_database()::text, current_user::text"
    assert connection.execute("table v").fetchall() == connection.execute(expected).fetchall()


WORDS = st.sampled_from(["a", "b", "c"])
VALUES = st.text(st.sampled_from("xy1 '\"\\:ab$-"), max_size=6)


def in_quotes(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


LINES = st.one_of(
    st.builds(lambda name, value: f"\\set {name} {in_quotes(value)}", WORDS, VALUES),
    st.builds(lambda name, other: f"\\set {name} :{other}x:'{other}'", WORDS, WORDS),
    st.builds(lambda name: f"\\unset {name}", WORDS),
    st.builds(lambda name: f"insert into seen values (:'{name}');", st.sampled_from(["s", "t"])),
    st.builds(lambda name: f"\\if :{{?{name}}}\ninsert into seen values ('{name}');\n\\else\ninsert into seen values ('no {name}');\n\\endif", WORDS),
    st.builds(lambda name: f"\\if :{{?{name}}}\ninsert into seen values (:'{name}');\n\\endif", WORDS),
    st.builds(lambda name: f"insert into seen values ('\\:{name} :{name}' -- :{name} '\n || $x$:'{name}';$x$);", WORDS),
    st.builds(lambda name: f"insert into seen\n\\if :{{?{name}}}\nvalues ('('\n\\else\nvalues (('not' || ':{name}')\n\\endif\n);", WORDS),
    st.just("insert into seen values ((array[1,2,3])[1:2]::text);"),
    st.just("insert into seen values (f(x := 'n'::text)) \\g"),
    st.just("\\copy seen from 'rows.txt'"),
)  # fmt: skip


@pytest.mark.skipif(PSQL is None, reason="no psql")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, max_size=8))
def test_as_psql_does(database, tmp_path: Path, lines: list[str]) -> None:
    """Whatever a script does with variables and conditions, the rows are those that psql writes."""
    begin = (
        "\\set s 'it''s'\n\\set t 'back\\\\slash \"'\n"
        "drop table if exists seen; create table seen (x text);"
        "create or replace function f(x text) returns text language sql as 'select x';\n"
    )
    (tmp_path / "rows.txt").write_text("one\n\\N\ntwo\\ttabs\n")
    file = tmp_path / "script.sql"
    file.write_text(begin + "\n".join(lines) + "\n")
    connection = database.connect()
    subprocess.run(
        [PSQL, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.url, "-f", file.name],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    theirs = connection.execute("select x from seen").fetchall()
    load_directory(connection, tmp_path)
    assert connection.execute("select x from seen").fetchall() == theirs
    connection.close()
