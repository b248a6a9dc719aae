"""Cases of enumerated types."""

from kinds.cases import NAME, SCHEMA, Case, Change

KINDS = ("enum",)

CASES = (
    Case(
        "enum",
        "create type mood as enum ('sad', 'ok'); alter type mood add value 'it''s \\ so' before 'ok'; create type nothing as enum ()",
        {"enum public.mood": {"labels": ["sad", "it's \\ so", "ok"]}, "enum public.nothing": {"labels": []}},
        [
            Change(
                "enum public.mood",
                "labels",
                "alter type mood rename value 'ok' to 'fine'",
                ["sad", "it's \\ so", "fine"],
            )
        ],
        absent=("base type public._mood",),
    ),
    Case(
        "enum-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum ({'$$é$$'!r})",
        {f"enum {SCHEMA}.{NAME}": {"labels": ["$$é$$"]}},
    ),
)
