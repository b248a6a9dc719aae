"""Scripts are cut where psql would cut them."""

from __future__ import annotations

import postgast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pggit.db.split import ScriptUnreadable, split_script

STATEMENTS = [
    "select 1",
    "create table t (a text default 'a;b', \"c;d\" int) /* ; /* ; */ */",
    "select E'it\\'s; ' , 'it''s;', '\\'",
    "create function f() returns void language plpgsql as $$ begin perform 1; end; $$",
    "create function g() returns void language plpgsql as $x$ begin execute $$ select ';' $$; end; $x$",
    "create function h(int) returns int language sql begin atomic select case when $1 > 0 then 1 else 2 end; select 3; end",
    "create or replace procedure p() language sql begin atomic insert into t values (1); select t.a as b from t; end",
    "create rule r as on insert to t do also (insert into l values (1); select 2)",
    "do $$ begin raise notice 'x'; -- it's\nend $$",
    "select a$b$c, 1 from t -- ; '\n where x = $1",
    "begin",
    "commit",
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(STATEMENTS), max_size=6), st.sampled_from([";", ";\n", " ;\n\n-- x;y '\n", "; /* ; */ "])
)
def test_cuts_as_the_parser_does(statements, separator):
    text = separator.join(statements)
    found = split_script(text)
    assert [statement.text for statement in found] == statements
    if not any("$1" in statement and "where" in statement for statement in statements):
        assert len(postgast.split(text)) == len(statements)
    lines = text.split("\n")
    for statement in found:
        assert statement.text.split("\n")[0] in lines[statement.line - 1]


def test_copy_data_belongs_to_its_statement():
    text = "COPY public.t (a, b) FROM stdin;\n1\tit's;\n\\N\t\\\\.\n\\.\n\nselect 2;\ncopy t from '/x';copy t (a) from stdin with csv;\n1\n"
    found = split_script(text)
    assert [statement.copy_data for statement in found] == ["1\tit's;\n\\N\t\\\\.\n", None, None, "1\n"]
    assert [statement.line for statement in found] == [1, 6, 7, 7]


def test_a_table_of_that_name_takes_no_data():
    assert split_script("copy (select 'from stdin') to stdout;select 1")[0].copy_data is None


def test_harmless_commands_are_passed_over():
    text = "\\restrict abc\n\\set ON_ERROR_STOP on\n\\echo it's ; here\nselect 1;\n\\unrestrict abc\n\\encoding UTF8\n"
    assert [(statement.text, statement.line) for statement in split_script(text)] == [("select 1", 4)]


@pytest.mark.parametrize(
    "command",
    [
        "\\connect x",
        "\\c x",
        "\\i f.sql",
        "\\ir f",
        "\\copy t from f",
        "\\!ls",
        "\\gset",
        "\\g",
        "\\lo_import x",
    ],
)
def test_other_commands_are_refused(command):
    with pytest.raises(ScriptUnreadable, match="line 3: .*" + command.split()[0].replace("\\", "\\\\")):
        split_script(f"select 1;\n\n{command}\n")


def test_gexec_is_refused():
    with pytest.raises(ScriptUnreadable, match="line 2"):
        split_script("select 'select 1'\n\\gexec\n")


@pytest.mark.parametrize("text", ["", "  \n", "-- x", "/* x", ";;;", "; -- a\n ;"])
def test_nothing_is_no_statement(text):
    assert split_script(text) == []


def test_what_does_not_lex_is_left_to_the_server():
    assert [s.text for s in split_script("select 1; select 'a; b")] == ["select 1", "select 'a; b"]
