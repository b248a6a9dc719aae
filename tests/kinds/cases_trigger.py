"""Cases of triggers, rules and policies."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("trigger", "rule", "policy")

_HOSTILE = f"{SCHEMA}.{NAME}"
_FUNCTIONS = """
create function f() returns trigger language plpgsql as 'begin return null; end';
create function g() returns trigger language plpgsql as 'begin return null; end';
"""
_T = "trigger x on public.t"


def _again(statement: str) -> str:
    return f"drop trigger x on t; create {statement}"


CASES = (
    Case(
        "trigger",
        _FUNCTIONS + "create table t (a integer, b integer); create table r (a integer);"
        "create trigger x before insert on t for each row execute function f()",
        {_T: {"timing": "before", "events": ["insert"], "level": "row", "function": "public.f"}},
        [
            Change(_T, "enabled", "alter table t disable trigger x", "disabled"),
            Change(_T, "enabled", "alter table t enable replica trigger x", "replica"),
            Change(_T, "enabled", "alter table t enable always trigger x", "always"),
            Change(_T, "enabled", "alter table t enable trigger x", ABSENT),
            Change(_T, "timing", _again("trigger x after insert on t for each row execute function f()"), "after"),
            Change(_T, "level", _again("trigger x after insert on t execute function f()"), "statement"),
            Change(
                _T,
                "new_table",
                _again("trigger x after insert on t referencing new table as n execute function f()"),
                "n",
            ),
            Change(_T, "new_table", _again("trigger x after insert on t execute function f()"), ABSENT),
            Change(
                _T,
                "events",
                _again("trigger x after insert or update or delete or truncate on t execute function f()"),
                ["insert", "delete", "update", "truncate"],
            ),
            Change(_T, "events", _again("trigger x after update on t execute function f()"), ["update"]),
            Change(
                _T, "update_columns", _again("trigger x after update of b, a on t execute function f()"), ["b", "a"]
            ),
            Change(_T, "update_columns", _again("trigger x after update on t execute function f()"), ABSENT),
            Change(
                _T,
                "old_table",
                _again('trigger x after update on t referencing old table as "O o" execute function f()'),
                "O o",
            ),
            Change(
                _T,
                "function",
                _again('trigger x after update on t referencing old table as "O o" execute function g()'),
                "public.g",
            ),
            Change(
                _T,
                "arguments",
                _again(
                    "trigger x after update on t referencing old table as \"O o\" execute function g('a', '', 'é''\\', 3)"
                ),
                ["a", "", "é'\\", "3"],
            ),
        ],
    ),
    Case(
        "trigger-when",
        _FUNCTIONS + "create table t (a integer); create table r ();"
        "create trigger x after update on t for each row when (old.a is distinct from new.a) execute function f('x'')', 'y')",
        {
            _T: {
                "timing": "after",
                "events": ["update"],
                "level": "row",
                "when": "(old.a IS DISTINCT FROM new.a)",
                "function": "public.f",
                "arguments": ["x')", "y"],
            }
        },
        [
            Change(
                _T, "when", _again("trigger x after update on t for each row execute function f('x'')', 'y')"), ABSENT
            ),
            Change(
                _T,
                "constraint",
                _again("constraint trigger x after update on t for each row execute function f('x'')', 'y')"),
                True,
            ),
            Change(
                _T,
                "deferrable",
                _again(
                    "constraint trigger x after update on t deferrable for each row execute function f('x'')', 'y')"
                ),
                True,
            ),
            Change(
                _T,
                "initially_deferred",
                _again(
                    "constraint trigger x after update on t deferrable initially deferred for each row"
                    " execute function f('x'')', 'y')"
                ),
                True,
            ),
            Change(
                _T,
                "from",
                _again(
                    "constraint trigger x after update on t from r deferrable initially deferred for each row"
                    " execute function f('x'')', 'y')"
                ),
                "public.r",
            ),
        ],
    ),
    Case(
        "trigger-on-view",
        _FUNCTIONS
        + "create view v as select 1 as a; create trigger x instead of insert or update on v for each row execute function f()",
        {
            "trigger x on public.v": {
                "timing": "instead of",
                "events": ["insert", "update"],
                "level": "row",
                "function": "public.f",
            }
        },
    ),
    Case(
        "trigger-partitioned",
        _FUNCTIONS
        + """
        create table p (a integer) partition by list (a); create table p1 partition of p for values in (1);
        create table p2 partition of p for values in (2);
        create trigger x after insert on p for each row execute function f();
        alter table p1 disable trigger x;
        """,
        {
            "trigger x on public.p": {"timing": "after", "events": ["insert"], "level": "row", "function": "public.f"},
            "trigger x on public.p1": {"inherited": True, "enabled": "disabled"},
        },
        [
            Change("trigger x on public.p1", "enabled", "alter table p1 enable always trigger x", "always"),
            Change(
                "trigger x on public.p1",
                "inherited",
                "alter table p detach partition p1; create trigger x after insert on p1 for each row execute function f();"
                "alter table p1 enable always trigger x",
                ABSENT,
                along=("timing", "events", "level", "function"),
            ),
        ],
        absent=("trigger x on public.p2",),
    ),
    Case(
        "trigger-hostile",
        f"""
        create schema {SCHEMA}; create function {_HOSTILE}() returns trigger language plpgsql as 'begin return null; end';
        create table {_HOSTILE} ({NAME} integer);
        create trigger {NAME} before update of {NAME} on {_HOSTILE} for each row when (new.{NAME} > 0)
          execute function {_HOSTILE}(' WHEN (');
        create policy {NAME} on {_HOSTILE} using ({NAME} > 0);
        create rule {NAME} as on delete to {_HOSTILE} do instead nothing;
        """,
        {
            f"trigger {NAME} on {_HOSTILE}": {
                "timing": "before",
                "events": ["update"],
                "update_columns": [BARE],
                "level": "row",
                "when": f"(new.{NAME} > 0)",
                "function": _HOSTILE,
                "arguments": [" WHEN ("],
            },
            f"policy {NAME} on {_HOSTILE}": {"command": "all", "using": f"({NAME} > 0)"},
            f"rule {NAME} on {_HOSTILE}": {"event": "delete", "body": "DO INSTEAD NOTHING"},
        },
    ),
    Case(
        "rule",
        """
        create table t (a integer); create table log (a integer);
        create rule r as on update to t where old.a > 1 do also (insert into log values (new.a); delete from log where a = 0);
        create view v as select 1 as a; create rule i as on insert to v do instead insert into t values (new.a) returning a;
        """,
        {
            "rule r on public.t": {
                "event": "update",
                "body": "WHERE (old.a > 1) DO ( INSERT INTO public.log (a)\n  VALUES (new.a);\n DELETE FROM public.log\n"
                "  WHERE (log.a = 0);\n)",
            },
        },
        [
            Change("rule r on public.t", "enabled", "alter table t disable rule r", "disabled"),
            Change("rule r on public.t", "enabled", "alter table t enable always rule r", "always"),
            Change("rule r on public.t", "enabled", "alter table t enable replica rule r", "replica"),
            Change("rule r on public.t", "enabled", "alter table t enable rule r", ABSENT),
            Change(
                "rule r on public.t",
                "body",
                "create or replace rule r as on update to t do instead nothing",
                "DO INSTEAD NOTHING",
            ),
            Change(
                "rule r on public.t", "event", "create or replace rule r as on delete to t do instead nothing", "delete"
            ),
        ],
    ),
    Case(
        "policy",
        "create table t (a integer); create policy p on t",
        {"policy p on public.t": {"command": "all"}},
        [
            Change("policy p on public.t", "using", "alter policy p on t using (a > 0)", "(a > 0)"),
            Change("policy p on public.t", "check", "alter policy p on t with check (a > 1)", "(a > 1)"),
            Change("policy p on public.t", "roles", 'alter policy p on t to "kc B", kc_a', ['"kc B"', "kc_a"]),
            Change(
                "policy p on public.t",
                "restrictive",
                'drop policy p on t; create policy p on t as restrictive to "kc B", kc_a using (a > 0) with check (a > 1)',
                True,
            ),
            Change(
                "policy p on public.t",
                "command",
                'drop policy p on t; create policy p on t as restrictive for update to "kc B", kc_a using (a > 0) with check (a > 1)',
                "update",
            ),
        ],
        roles=("kc_a", "kc B"),
    ),
)
