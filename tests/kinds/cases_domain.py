"""Cases of domains and their constraints."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change

KINDS = ("domain", "domain constraint")

D = "domain public.d"
C = "domain constraint positive on public.d"


def _not_null(major: int) -> dict[str, dict]:
    if major < 17:
        return {D: {"type": "integer", "not_null": True}}
    return {D: {"type": "integer"}, "domain constraint d_not_null on public.d": {"type": "not null"}}


CASES = (
    Case(
        "domain",
        "create domain d as varchar(5) default 'it''s' collate \"C\" constraint short check (length(value) < 5)",
        {
            D: {
                "type": "character varying(5)",
                "default": "'it''s'::character varying",
                "collation": 'pg_catalog."C"',
            },
            "domain constraint short on public.d": {
                "type": "check",
                "expression": "(length((VALUE)::text) < 5)",
            },
        },
        [
            Change(D, "default", "alter domain d set default 'a' || 'b'", "('a'::text || 'b'::text)"),
            Change(D, "default", "alter domain d drop default", ABSENT),
            Change(D, "collation", "drop domain d; create domain d as varchar(5)", ABSENT),
            Change(D, "type", "drop domain d; create domain d as text", "text"),
            Change(D, "not_null", "alter domain d set not null", True, before=17),
        ],
        absent=("base type public._d",),
    ),
    Case(
        "domain-constraint",
        "create domain d as int; alter domain d add constraint positive check (value > 0) not valid",
        {
            D: {"type": "integer"},
            C: {"type": "check", "expression": "(VALUE > 0)", "not_valid": True},
        },
        [
            Change(C, "not_valid", "alter domain d validate constraint positive", ABSENT),
            Change(
                C,
                "expression",
                "alter domain d drop constraint positive; alter domain d add constraint positive check (value > 1)",
                "(VALUE > 1)",
            ),
            Change(
                C,
                "type",
                "alter domain d drop constraint positive; alter domain d add constraint positive not null",
                "not null",
                along=("expression",),
                since=17,
            ),
        ],
    ),
    Case("domain-not-null", "create domain d as int not null", _not_null),
    Case(
        "domain-named-not-null",
        "create domain d as int constraint a not null; create domain e as d constraint b check (value > 1)",
        {
            "domain constraint a on public.d": {"type": "not null"},
            "domain public.e": {"type": "public.d"},
            "domain constraint b on public.e": {"type": "check", "expression": "((VALUE)::integer > 1)"},
        },
        since=17,
    ),
    Case(
        "domain-hostile",
        f"create schema {SCHEMA}; create domain {SCHEMA}.{NAME} as int constraint {NAME} check (value > 0)",
        {
            f"domain {SCHEMA}.{NAME}": {"type": "integer"},
            f"domain constraint {NAME} on {SCHEMA}.{NAME}": {"type": "check", "expression": "(VALUE > 0)"},
        },
    ),
)
