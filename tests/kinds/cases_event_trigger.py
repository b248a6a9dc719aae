"""Cases of event triggers."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change

KINDS = ("event trigger",)

E = "event trigger e"
_FUNCTIONS = """
create function f() returns event_trigger language plpgsql as 'begin end';
create function g() returns event_trigger language plpgsql as 'begin end';
"""

CASES = (
    Case(
        "event-trigger",
        "create event trigger e on ddl_command_end when tag in ('DROP TABLE', 'CREATE TABLE') execute function f()",
        {E: {"event": "ddl_command_end", "tags": ["CREATE TABLE", "DROP TABLE"], "function": "public.f"}},
        [
            Change(E, "enabled", "alter event trigger e disable", "disabled"),
            Change(E, "enabled", "alter event trigger e enable replica", "replica"),
            Change(E, "enabled", "alter event trigger e enable always", "always"),
            Change(E, "enabled", "alter event trigger e enable", ABSENT),
            Change(
                E,
                "tags",
                "drop event trigger e; create event trigger e on ddl_command_end execute function f()",
                ABSENT,
            ),
            Change(
                E,
                "function",
                "drop event trigger e; create event trigger e on ddl_command_end execute function g()",
                "public.g",
            ),
            Change(
                E, "event", "drop event trigger e; create event trigger e on sql_drop execute function g()", "sql_drop"
            ),
        ],
        given=_FUNCTIONS,
    ),
    Case(
        "event-trigger-enabled",
        "create event trigger e on ddl_command_start execute function f(); alter event trigger e enable always",
        {E: {"event": "ddl_command_start", "function": "public.f", "enabled": "always"}},
        given=_FUNCTIONS,
    ),
    Case(
        "event-trigger-of-pggit",
        "create schema pggit; create function pggit.f() returns event_trigger language plpgsql as 'begin end';"
        "create event trigger e on sql_drop execute function pggit.f()",
        {},
        absent=(E, "function pggit.f()"),
    ),
    Case(
        "event-trigger-hostile",
        f"create schema {SCHEMA}; create function {SCHEMA}.{NAME}() returns event_trigger language plpgsql as 'begin end';"
        f"create event trigger {NAME} on sql_drop execute function {SCHEMA}.{NAME}()",
        {f"event trigger {NAME}": {"event": "sql_drop", "function": f"{SCHEMA}.{NAME}"}},
    ),
)
