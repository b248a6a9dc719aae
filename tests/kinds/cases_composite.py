"""Cases of composite types and their attributes."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change

KINDS = ("composite", "attribute")

CASES = (
    Case(
        "composite",
        """
        create type c as (gone int, b text collate "C", a numeric(5,2)[]);
        alter type c drop attribute gone, add attribute "Z" character;
        create type nothing as ();
        create table t (a c);
        create view v as select 1 as x;
        """,
        {
            "composite public.c": {},
            "attribute public.c.b": {"type": "text", "collation": 'pg_catalog."C"'},
            "attribute public.c.a": {"type": "numeric(5,2)[]"},
            'attribute public.c."Z"': {"type": "character(1)"},
            "composite public.nothing": {},
        },
        [
            Change(
                'attribute public.c."Z"', "type", 'drop table t; alter type c alter attribute "Z" type bpchar', "bpchar"
            ),
            Change("attribute public.c.b", "collation", "alter type c alter attribute b type text", ABSENT),
        ],
        absent=(
            "composite public.t",
            "composite public.v",
            "attribute public.t.a",
            "attribute public.c.gone",
            "base type public._c",
        ),
    ),
    Case(
        "composite-comments",
        "create type c as (a int); comment on type c is 'type'; comment on column c.a is 'attribute'",
        {},
    ),
    Case(
        "composite-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as ({NAME} int, b text)",
        {
            f"composite {SCHEMA}.{NAME}": {},
            f"attribute {SCHEMA}.{NAME}.{NAME}": {"type": "integer"},
            f"attribute {SCHEMA}.{NAME}.b": {"type": "text"},
        },
    ),
)
