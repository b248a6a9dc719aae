"""Cases of foreign-data wrappers, servers, user mappings and foreign tables; of secrets in their options."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("foreign data wrapper", "server", "user mapping", "foreign table", "column")

_HOSTILE = f"{SCHEMA}.{NAME}"
_WRAPPER = "create foreign data wrapper w;"

CASES = (
    Case(
        "foreign-data-wrapper",
        "create foreign data wrapper w",
        {"foreign data wrapper w": {}},
        [
            Change(
                "foreign data wrapper w",
                "options",
                "alter foreign data wrapper w options (a 'x=y', \"B b\" 'it''s \\', api_key 'k', conn 'host=h password=''a b'' port=1')",
                {
                    "a": "x=y",
                    "B b": "it's \\",
                    "api_key": "{secret}",
                    "conn": "host=h password={secret} port=1",
                },
            ),
            Change(
                "foreign data wrapper w",
                "options",
                "alter foreign data wrapper w options (set a 'postgresql://u:p%40w@h/d?sslpassword=x&b=c', drop \"B b\", drop conn)",
                {"a": "postgresql://u:{secret}@h/d?sslpassword={secret}&b=c", "api_key": "{secret}"},
            ),
            Change(
                "foreign data wrapper w",
                "validator",
                "alter foreign data wrapper w options (drop a, drop api_key, add host 'x');"
                "alter foreign data wrapper w validator postgresql_fdw_validator",
                "postgresql_fdw_validator",
                along=("options",),
            ),
        ],
    ),
    Case(
        "foreign-data-wrapper-handler",
        "create extension file_fdw schema public; create foreign data wrapper f validator public.file_fdw_validator",
        {"foreign data wrapper f": {"validator": "public.file_fdw_validator"}},
        [
            Change(
                "foreign data wrapper f",
                "handler",
                "alter foreign data wrapper f handler file_fdw_handler",
                "public.file_fdw_handler",
            )
        ],
        needs="select exists (select from pg_available_extensions where name = 'file_fdw')",
    ),
    Case(
        "server",
        _WRAPPER + "create foreign data wrapper v; create server s foreign data wrapper w",
        {"server s": {"wrapper": "w"}},
        [
            Change("server s", "version", "alter server s version '1.2'", "1.2"),
            Change(
                "server s",
                "options",
                "alter server s options (host 'h', token 't')",
                {"host": "h", "token": "{secret}"},
            ),
            Change("server s", "options", "alter server s options (drop host, drop token)", ABSENT),
            Change(
                "server s",
                "type",
                "drop server s; create server s type 'T''t' version '1.2' foreign data wrapper w",
                "T't",
            ),
            Change(
                "server s",
                "wrapper",
                "drop server s; create server s type 'T''t' version '1.2' foreign data wrapper v",
                "v",
            ),
        ],
    ),
    Case(
        "user-mapping",
        _WRAPPER + "create server s foreign data wrapper w; create user mapping for public server s;"
        "create user mapping for \"kc B\" server s options (user 'u', password 'hush')",
        {
            "user mapping public on server s": {},
            'user mapping "kc B" on server s': {"options": {"user": "u", "password": "{secret}"}},
        },
        [
            Change(
                "user mapping public on server s",
                "options",
                "alter user mapping for public server s options (\"User\" 'x')",
                {"User": "x"},
            )
        ],
        roles=("kc B",),
    ),
    Case(
        "foreign-hostile",
        f"""
        create schema {SCHEMA}; create foreign data wrapper {NAME}; create server {NAME} foreign data wrapper {NAME};
        create user mapping for public server {NAME};
        create foreign table {_HOSTILE} ({NAME} integer options ({NAME} 'x') not null default 4) server {NAME} options ({NAME} 'y');
        """,
        {
            f"foreign data wrapper {NAME}": {},
            f"server {NAME}": {"wrapper": NAME},
            f"user mapping public on server {NAME}": {},
            f"foreign table {_HOSTILE}": {"server": NAME, "options": {BARE: "y"}},
            f"column {_HOSTILE}.{NAME}": {"type": "integer", "not_null": True, "fdw_options": {BARE: "x"}},
        },
        before=18,
    ),
    Case(
        "foreign-hostile-18",
        f"""
        create schema {SCHEMA}; create foreign data wrapper {NAME}; create server {NAME} foreign data wrapper {NAME};
        create user mapping for public server {NAME};
        create foreign table {_HOSTILE} ({NAME} integer options ({NAME} 'x')) server {NAME} options ({NAME} 'y');
        """,
        {f"column {_HOSTILE}.{NAME}": {"type": "integer", "fdw_options": {BARE: "x"}}},
        since=18,
    ),
    Case(
        "foreign-table",
        _WRAPPER
        + """
        create server s foreign data wrapper w; create server s2 foreign data wrapper w;
        create table parent (a integer default 1); create table p (a integer) partition by list (a);
        create foreign table t (a integer not null, b text collate "C" default 'x', c integer generated always as (a * 2) stored) server s;
        create foreign table k (b integer) inherits (parent) server s options (x 'y');
        create foreign table p1 partition of p for values in (1) server s2;
        create foreign table p2 (a integer) server s;
        """,
        lambda major: {
            "foreign table public.t": {"server": "s"},
            "column public.t.a": {"type": "integer", "not_null": True},
            "column public.t.b": {"type": "text", "collation": 'pg_catalog."C"'},
            "default public.t.b": {"expression": "'x'::text"},
            "column public.t.c": {"type": "integer", "generated": {"stored": True, "expression": "(a * 2)"}},
            "foreign table public.k": {"server": "s", "options": {"x": "y"}, "inherits": ["public.parent"]},
            "foreign table public.p1": {"server": "s2", "partition_of": "public.p", "bound": "FOR VALUES IN (1)"},
            "foreign table public.p2": {"server": "s"},
        },
        [
            Change("column public.t.a", "fdw_options", "alter foreign table t alter a options (n 'm')", {"n": "m"}),
            Change(
                "foreign table public.t",
                "options",
                "alter foreign table t options (q 'r', secret 's')",
                {"q": "r", "secret": "{secret}"},
            ),
            Change("foreign table public.k", "inherits", "alter foreign table k no inherit parent", ABSENT),
            Change(
                "foreign table public.p2",
                "server",
                "drop foreign table p2; create foreign table p2 (a integer) server s2",
                "s2",
            ),
            Change(
                "foreign table public.p2",
                "partition_of",
                "alter table p attach partition p2 for values in (2)",
                "public.p",
                along=("bound",),
            ),
            Change(
                "foreign table public.p2",
                "bound",
                "alter table p detach partition p2; alter table p attach partition p2 for values in (3)",
                "FOR VALUES IN (3)",
            ),
        ],
    ),
)
