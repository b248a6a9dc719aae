"""A plan is proven only if every check ran and found nothing; each of them can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import psycopg
import pytest

from pggit.apply.prove import clone as clone_module
from pggit.apply.prove import prove as module
from pggit.apply.prove.dumps import Comparison
from pggit.apply.prove.prove import prove
from pggit.apply.prove.verdict import CHECKS, Verdict
from pggit.core.diff import diff
from pggit.core.errors import PgGitError
from pggit.core.state import State
from pggit.core.tree import root
from pggit.db.dump import NoDumpProgram
from pggit.kinds.reader import read_state
from pggit.plan.ignore import Ignore
from pggit.plan.model import Hazard, Plan, Statement
from pggit.plan.planner import make_plan
from pggit.repo import install
from pggit.sandbox import sandbox as sandbox_module
from pggit.sandbox.sandbox import Sandbox
from servers import Database

BEFORE = """create table t (id int primary key, a text not null, b int check (b > 10)); comment on table t is 'x';
create table u (id int references t); create view v as select a from t; create sequence s"""
AFTER = BEFORE.replace("b int check (b > 10)", "c bigint, b int check (b > 10)").replace("'x'", "'y'")
STATEMENTS = ("alter table t add c bigint", "comment on table public.t is 'y'")


def run(clone: Sandbox, plan: Plan) -> None:
    for statement in plan.statements:
        clone.run(statement.sql)


@dataclass
class Bench:
    """A live database and the target; ``prove`` proves statements between them."""

    live: Database
    goal: Database
    connections: tuple[psycopg.Connection, psycopg.Connection] = field(init=False)

    def __post_init__(self) -> None:
        self.connections = self.live.connect(), self.goal.connect()

    def plan(self, *statements: str, key: str = "table public.t", **more) -> Plan:
        a, b = map(read_state, self.connections)
        made = tuple(Statement(sql, "alter", key) for sql in statements)
        return Plan("a", "b", root(a)[1], root(b)[1], self.live.version, statements=made, **more)

    def again(self, state: State) -> int:
        return len(diff(state, read_state(self.connections[1])))

    def prove(self, *statements: str, plan: Plan | None = None, rows="seeded", **more) -> Verdict:
        given = {"apply": run, "plan_again": self.again} | more
        return prove(plan or self.plan(*statements), *self.connections, rows=rows, **given)


def statuses(verdict: Verdict) -> dict[str, str]:
    return {check.name: check.status for check in verdict.checks}


def said(verdict: Verdict, name: str) -> str:
    return next(check.message for check in verdict.checks if check.name == name)


def only_failure(verdict: Verdict, name: str) -> str:
    """What the one check that failed says; all others are ok."""
    assert not verdict.proven
    assert {n: s for n, s in statuses(verdict).items() if s != "ok"} == {name: "failed"}
    return said(verdict, name)


@pytest.fixture
def bench(make_database: Callable[..., Database]) -> Bench:
    found = Bench(make_database(), make_database())
    for connection, schema in zip(found.connections, (BEFORE, AFTER), strict=True):
        connection.execute(schema)
    return found


@pytest.mark.parametrize("rows", ["none", "seeded", "real"])
def test_a_right_plan_is_proven(bench, rows):
    live = bench.connections[0]
    live.execute("insert into t values (1, 'one', 11), (2, 'two', null); insert into u values (2)")
    before = read_state(live)
    verdict = bench.prove(*STATEMENTS, rows=rows)
    assert statuses(verdict) == dict.fromkeys(CHECKS, "ok") | ({"rows": "skipped"} if rows == "none" else {})
    assert verdict.proven
    assert verdict.on == {"none": "schema only", "seeded": "seeded rows", "real": "real rows"}[rows]
    assert "the columns of public.t are in another order" in verdict.notes
    assert (": 3 of 2 tables" in said(verdict, "rows")) == (rows == "real")
    # the live database is as it was, and nothing is left behind
    assert read_state(live) == before
    assert live.execute("select count(*) from t").fetchone() == (2,)
    assert live.execute("select count(*) from pg_database where datname like 'pggit_scratch_%'").fetchone() == (0,)


def test_an_empty_plan_between_equal_states(make_database):
    bench = Bench(make_database(), make_database())
    for connection in bench.connections:
        connection.execute(BEFORE)
    verdict = bench.prove()
    assert verdict.proven
    assert verdict.not_exercised == ()


def test_a_statement_that_fails(bench):
    verdict = bench.prove("alter table t add c nonsense")
    assert statuses(verdict) == {"target": "ok", "clone": "ok", "apply": "failed"} | dict.fromkeys(
        ["re-read", "dump", "second plan", "rows"], "skipped"
    )
    assert not verdict.proven
    assert "nonsense" in said(verdict, "apply")
    assert said(verdict, "dump") == "not done, because apply is not ok"


def test_another_view(bench):
    verdict = bench.prove(*STATEMENTS, "create or replace view v as select a || '' as a from t")
    assert not verdict.proven
    assert statuses(verdict)["re-read"] == statuses(verdict)["dump"] == statuses(verdict)["second plan"] == "failed"
    assert "it has another view public.v" in said(verdict, "re-read")
    assert "only of the clone: CREATE VIEW public.v" in said(verdict, "dump")


def test_what_our_reading_does_not_see(bench, monkeypatch):
    def blind(connection: psycopg.Connection, **options: bool) -> State:
        state = read_state(connection, **options)
        for members in state.groups.values():
            for key in [key for key in members if key.startswith("comment ")]:
                del members[key]
        return state

    monkeypatch.setattr(module, "read_state", blind)
    monkeypatch.setattr(sandbox_module, "read_state", blind)
    a, b = map(blind, bench.connections)
    plan = replace(bench.plan(STATEMENTS[0]), from_hash=root(a)[1], to_hash=root(b)[1])
    verdict = bench.prove(plan=plan, plan_again=lambda url: 0)
    assert "only of the target: COMMENT ON TABLE public.t IS 'y'" in only_failure(verdict, "dump")


def test_who_granted_is_seen_by_pg_dump_alone(role, bench):
    owner, other = role(), role()
    for connection in bench.connections:
        connection.execute(f"grant select on t to {owner} with grant option")
    bench.connections[1].execute(f"set role {owner}; grant select on t to {other}; reset role")
    said_of = only_failure(bench.prove(*STATEMENTS, f"grant select on t to {other}"), "dump")
    assert "SET SESSION AUTHORIZATION" in said_of


def test_what_pg_dump_does_not_see(bench, monkeypatch):
    monkeypatch.setattr(module, "compare", lambda a, b: Comparison((), (), ()))
    verdict = bench.prove(STATEMENTS[0], plan_again=lambda url: 0)
    assert "it has another comment table public.t" in only_failure(verdict, "re-read")


def test_a_second_plan_that_is_not_empty(bench):
    verdict = bench.prove(*STATEMENTS, plan_again=lambda url: 2)
    assert only_failure(verdict, "second plan") == "a second plan has 2 statements"


LOSES = (*STATEMENTS, "drop view v", "alter table t drop a", "alter table t add a text not null default 'z'",
         "alter table t alter a drop default", "create view v as select a from t")  # fmt: skip


@pytest.mark.parametrize("rows", ["seeded", "real"])
def test_a_plan_that_loses_values(bench, rows):
    bench.connections[0].execute("insert into t values (1, 'one', 11)")
    assert "values of public.t.a changed" in only_failure(bench.prove(*LOSES, rows=rows), "rows")


def test_a_plan_that_says_that_values_are_lost(bench):
    plan = bench.plan(*LOSES)
    loss = replace(plan.statements[3], key="column public.t.a", hazards=(Hazard("data-loss", "a"),))
    plan = replace(plan, statements=(*plan.statements[:3], loss, *plan.statements[4:]))
    assert bench.prove(plan=plan).proven


def test_lost_values_are_not_seen_without_rows_and_the_verdict_says_so(bench):
    verdict = bench.prove(*LOSES, rows="none")
    assert verdict.proven
    assert verdict.on == "schema only"
    assert statuses(verdict)["rows"] == "skipped"


def test_another_target_than_the_plan_was_made_for(bench):
    plan = bench.plan(*STATEMENTS)
    bench.connections[1].execute("create table more (a int)")
    verdict = bench.prove(plan=plan)
    assert statuses(verdict)["target"] == "failed"
    assert set(statuses(verdict).values()) == {"failed", "skipped"}


def test_another_source_than_the_plan_was_made_for(bench):
    plan = bench.plan(*STATEMENTS)
    bench.connections[0].execute("create table more (a int)")
    verdict = bench.prove(plan=plan)
    assert not verdict.proven
    assert "it has table public.more" in said(verdict, "re-read")


def test_no_pg_dump_is_no_proof(bench, monkeypatch):
    def none(major: int) -> None:
        raise NoDumpProgram("there is no pg_dump")

    monkeypatch.setattr(clone_module, "dump_program", none)
    verdict = bench.prove(*STATEMENTS)
    assert not verdict.proven
    assert statuses(verdict)["clone"] == statuses(verdict)["dump"] == "skipped"
    assert said(verdict, "clone") == "there is no pg_dump"


def test_pg_dump_that_goes_away_is_no_proof(bench, monkeypatch):
    def none(major: int) -> None:
        raise NoDumpProgram("there is no pg_dump")

    monkeypatch.setattr(module, "dump_program", none)
    verdict = bench.prove(*STATEMENTS)
    assert not verdict.proven
    assert {n for n, s in statuses(verdict).items() if s != "ok"} == {"dump"}


def test_a_clone_that_is_not_equal(bench, monkeypatch):
    monkeypatch.setattr(clone_module, "_WITHOUT", (*clone_module._WITHOUT, "--no-comments"))
    verdict = bench.prove(*STATEMENTS)
    assert statuses(verdict)["clone"] == "failed"
    assert "it has no comment table public.t" in said(verdict, "clone")
    assert statuses(verdict)["apply"] == "skipped"


@pytest.mark.parametrize(
    "key", ["role x", "role membership a in b", "subscription s", "comment role x", "owner subscription s"]
)
def test_what_belongs_to_the_whole_server_is_not_run(bench, key):
    ran = []
    verdict = bench.prove(plan=bench.plan("select", key=key), apply=lambda connection, plan: ran.append(plan))
    assert not verdict.proven
    assert f"1: alter {key}" in said(verdict, "clone")
    assert ran == []


def test_what_could_not_be_exercised(bench):
    for connection in bench.connections:
        connection.execute("create table never (a int check (a > 3 and a < 3), primary key (a))")
    plan = bench.plan(*STATEMENTS, "reindex table t")
    alone = replace(plan.statements[-1], transaction="none", secrets=("server s: option password",))
    verdict = bench.prove(plan=replace(plan, statements=(*plan.statements[:-1], alone)))
    assert verdict.proven
    told = "\n".join(verdict.not_exercised)
    assert "no row could be made for public.never" in told
    assert "while statements 3 ran outside of a transaction" in told
    assert "placeholders stood: server s: option password" in told
    real = bench.prove(*STATEMENTS, rows="real")
    assert "public.never has no rows" in real.not_exercised


def test_tracked_databases(bench):
    for connection in bench.connections:
        install.install(connection)
        connection.execute(
            "create function f() returns event_trigger language plpgsql as 'begin end'; create event trigger mine on ddl_command_end execute function f()"
        )
    assert bench.prove(*STATEMENTS).proven


def test_passwords_are_not_told(bench):
    for connection, user in zip(bench.connections, "ab", strict=True):
        connection.execute("create foreign data wrapper w; create server s foreign data wrapper w")
        connection.execute(f"create user mapping for public server s options (user '{user}', password 'hunter2')")
    verdict = bench.prove(*STATEMENTS)
    assert statuses(verdict)["dump"] == "failed"
    assert "hunter2" not in str(verdict)


def test_what_is_left_out_on_wish(role, bench):
    bench.connections[1].execute(f"grant select on t to {role()}; create schema x; create table x.t (a int)")
    assert not bench.prove(*STATEMENTS).proven
    left_out = Ignore(("acl", "schema x"))
    made = make_plan(*map(read_state, bench.connections), major=bench.live.version, ignore=left_out)
    verdict = bench.prove(plan=made, plan_again=lambda url: 0)
    assert statuses(verdict)["target"] == statuses(verdict)["dump"] == "ok"
    unknown = bench.prove(plan=replace(made, ignored=("weather",)), plan_again=lambda url: 0)
    assert "nothing can be ignored that is called 'weather'" in said(unknown, "target")


def test_errors_of_callbacks_that_are_pggit_s_are_told(bench):
    def broken(url: str) -> int:
        raise PgGitError("no plan")

    assert only_failure(bench.prove(*STATEMENTS, plan_again=broken), "second plan") == "no plan"
