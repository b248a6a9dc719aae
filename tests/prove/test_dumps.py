"""Two dumps are compared as sets of statements; what has no meaning in them is no difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.apply.prove.dumps import compare
from pggit.apply.prove.parts import cut

HEAD = (
    "\\restrict abc\n-- Dumped\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n"
)
STATEMENTS = [
    "CREATE TABLE public.t (\n    a integer,\n    b text DEFAULT 'x, (y'::text NOT NULL,\n    CONSTRAINT c CHECK ((a > 0))\n)",
    "CREATE FUNCTION public.f() RETURNS void\n    LANGUAGE sql\n    AS $$ select 1; select 2 $$",
    "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (a)",
    "GRANT SELECT ON TABLE public.t TO a",
    "GRANT SELECT ON TABLE public.t TO b",
]


def dump(*statements: str) -> str:
    return HEAD + "".join(f"\n--\n-- Name: x\n--\n\n{statement};\n" for statement in statements)


@given(st.permutations(STATEMENTS))
def test_the_order_of_statements_means_nothing(shuffled):
    found = compare(dump(*STATEMENTS), dump(*shuffled))
    assert found.equal and found.column_order == ()


@given(st.data())
def test_every_statement_counts(data):
    shuffled = data.draw(st.permutations(STATEMENTS))
    gone = shuffled.pop()
    found = compare(dump(*STATEMENTS), dump(*shuffled))
    assert (found.only_first, found.only_second) == ((gone,), ())
    twice = compare(dump(*STATEMENTS), dump(*STATEMENTS, gone))
    assert (twice.only_first, twice.only_second) == ((), (gone,))


COLUMNS = ["a integer", "b text DEFAULT 'x, y)'::text", '"c, d" numeric(10,2)', "e text[] DEFAULT ARRAY['a', 'b']"]


@given(st.permutations(COLUMNS))
def test_the_order_of_columns_is_told_apart(shuffled):
    one, other = (
        dump("CREATE TABLE public.t (\n    " + ",\n    ".join(columns) + "\n)\nWITH (fillfactor='70')")
        for columns in (COLUMNS, shuffled)
    )
    found = compare(one, other)
    assert found.equal
    assert found.column_order == (() if shuffled == COLUMNS else ("public.t",))


SAME = {
    "restrict": ("\\restrict a\n\\unrestrict a\n", "\\restrict b\n\\unrestrict b\n"),
    "storage options": (
        "CREATE TABLE t (\n    a int\n)\nWITH (fillfactor='70', autovacuum_enabled='false');",
        "CREATE TABLE t (\n    a int\n)\nWITH (autovacuum_enabled='false', fillfactor='70');",
    ),
    "options of a server": (
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (\n    host 'h',\n    port '1'\n);",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (\n    port '1',\n    host 'h'\n);",
    ),
    "a password": (
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (\n    password 'one',\n    \"user\" 'u'\n);",
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (\n    password 'two',\n    \"user\" 'u'\n);",
    ),
    "a password in a connection string": (
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=one' PUBLICATION p WITH (connect = false);",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=two' PUBLICATION p WITH (connect = false);",
    ),
    "roles of a policy": (
        "CREATE POLICY p ON public.t FOR SELECT TO b, a USING (true);",
        "CREATE POLICY p ON public.t FOR SELECT TO a, b USING (true);",
    ),
    "tablespaces set for others": (
        "SET default_tablespace = x;\nCREATE TABLE t (\n    a int\n);\nSET default_tablespace = '';\nCREATE TABLE u (\n    a int\n);",
        "CREATE TABLE u (\n    a int\n);\nSET default_tablespace = x;\nCREATE TABLE t (\n    a int\n);",
    ),
    "tags of an event trigger": (
        "CREATE EVENT TRIGGER e ON ddl_command_end\n         WHEN TAG IN ('DROP TABLE', 'ALTER TABLE')\n   EXECUTE FUNCTION public.f();",
        "CREATE EVENT TRIGGER e ON ddl_command_end\n         WHEN TAG IN ('ALTER TABLE', 'DROP TABLE')\n   EXECUTE FUNCTION public.f();",
    ),
    "the engine's event triggers": (
        "CREATE EVENT TRIGGER pggit_ddl ON ddl_command_end\n   EXECUTE FUNCTION pggit.on_ddl_command_end();\nALTER EVENT TRIGGER pggit_ddl OWNER TO x;",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_no_difference(name):
    found = compare(*SAME[name])
    assert found.equal, found
    assert found.column_order == ()


ORDER = {
    "columns of a publication": ("ALTER PUBLICATION p ADD TABLE ONLY public.t (a, b) WHERE ((a > 1));", "(b, a)", "public.t"),
    "columns of statistics": ("CREATE STATISTICS public.s (ndistinct) ON a, b FROM public.t;", "b, a", "public.t"),
    "attributes of a type": ("CREATE TYPE public.c AS (\n\ta, b\n);", "b, a", "public.c"),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDER)
def test_only_the_order_of_columns(name):
    text, shuffled, of = ORDER[name]
    found = compare(text, text.replace("(a, b)" if "(" in shuffled else "a, b", shuffled))
    assert found.equal and found.column_order == (of,)


DIFFERENT = {
    "columns of a key": ("ALTER TABLE ONLY t ADD CONSTRAINT k UNIQUE (a, b);", "ALTER TABLE ONLY t ADD CONSTRAINT k UNIQUE (b, a);"),
    "labels of an enum": ("CREATE TYPE e AS ENUM (\n    'a',\n    'b'\n);", "CREATE TYPE e AS ENUM (\n    'b',\n    'a'\n);"),
    "columns of a view": ("CREATE VIEW v AS\n SELECT a,\n    b;", "CREATE VIEW v AS\n SELECT b,\n    a;"),
    "a tablespace": ("SET default_tablespace = x;\nCREATE TABLE t (\n    a int\n);", "CREATE TABLE t (\n    a int\n);"),
    "an access method": ("SET default_table_access_method = x;\nCREATE TABLE t (\n    a int\n);", "CREATE TABLE t (\n    a int\n);"),
    "who granted": ("SET SESSION AUTHORIZATION a;\nGRANT SELECT ON t TO b;\nRESET SESSION AUTHORIZATION;", "GRANT SELECT ON t TO b;"),
    "a column's type": ("CREATE TABLE t (\n    a int\n);", "CREATE TABLE t (\n    a text\n);"),
    "a user of a mapping": (
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (\n    \"user\" 'a'\n);",
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (\n    \"user\" 'b'\n);",
    ),
    "another's event trigger": (
        "CREATE EVENT TRIGGER mine ON ddl_command_end\n   EXECUTE FUNCTION public.f();",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference(name):
    assert not compare(*DIFFERENT[name]).equal


def test_cutting_a_list():
    assert cut("a, \"b, c\", f('x, y', (1, 2)), E'\\', z'") == ["a", '"b, c"', "f('x, y', (1, 2))", "E'\\', z'"]
