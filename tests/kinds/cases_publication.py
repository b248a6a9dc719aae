"""Cases of publications."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change

KINDS = ("publication", "publication table", "publication schema")

CASES = (
    Case(
        "publication",
        "create publication p; create publication e for all tables",
        {"publication p": {}, "publication e": {"all_tables": True}},
        [
            Change(
                "publication p", "publish", "alter publication p set (publish = 'insert, delete')", ["delete", "insert"]
            ),
            Change("publication p", "publish", "alter publication p set (publish = '')", []),
            Change(
                "publication p",
                "publish",
                "alter publication p set (publish = 'truncate, update')",
                ["truncate", "update"],
            ),
            Change("publication p", "via_partition_root", "alter publication p set (publish_via_partition_root)", True),
            Change(
                "publication p",
                "generated_columns",
                "alter publication p set (publish_generated_columns = stored)",
                "stored",
                since=18,
            ),
            Change("publication e", "all_tables", "drop publication e; create publication e", ABSENT),
        ],
    ),
    Case(
        "publication-table",
        "create table t (a integer, b integer, c integer); create table k () inherits (t);"
        "create publication p for table t; create publication o for table only t",
        {"publication table public.t in publication p": {}, "publication table public.k in publication p": {}},
        [
            Change(
                "publication table public.t in publication p",
                "columns",
                "alter publication p set table only t (c, a)",
                ["a", "c"],
                since=15,
            ),
            Change(
                "publication table public.t in publication p",
                "where",
                "alter publication p set table only t (c, a) where (a > 0)",
                "(a > 0)",
                since=15,
            ),
        ],
        absent=("publication table public.k in publication o",),
    ),
    Case(
        "publication-schema",
        "create schema s; create publication p for tables in schema s, public",
        {"publication schema s in publication p": {}, "publication schema public in publication p": {}},
        since=15,
    ),
    Case(
        "publication-hostile",
        f"create schema {SCHEMA}; create table {SCHEMA}.{NAME} (a integer); create publication {NAME} for table {SCHEMA}.{NAME}",
        {f"publication {NAME}": {}, f"publication table {SCHEMA}.{NAME} in publication {NAME}": {}},
    ),
    Case(
        "publication-schema-hostile",
        f"create schema {NAME}; create publication {NAME} for tables in schema {NAME}",
        {f"publication schema {NAME} in publication {NAME}": {}},
        since=15,
    ),
)
