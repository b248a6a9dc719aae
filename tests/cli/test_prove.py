"""`pggit prove`: against a database, against files, against a commit."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from pggit.kinds.reader import read_state
from pggit.plan.model import Plan, to_json
from pggit.plan.planner import make_plan
from pggit.repo.states import Side, stated

SCHEMA = "create table t (id int primary key, a text); create view v as select a from t"
CHANGE = "alter table t add b int default 1; comment on table t is 'x'; create index i on t (a)"


def written(tmp_path, plan: Plan) -> str:
    (tmp_path / "plan.json").write_text(to_json(plan), encoding="utf-8")
    return "plan.json"


def planned(live: psycopg.Connection, goal: psycopg.Connection, target: str) -> Plan:
    major = live.info.server_version // 10000
    return make_plan(read_state(live), read_state(goal), major=major, source="live", target=target, role="postgres")


@pytest.fixture
def two(database, make_database):
    """The live database and another one."""
    other = make_database()
    live, goal = database.connect(), other.connect()
    live.execute(SCHEMA)
    goal.execute(SCHEMA)
    goal.execute(CHANGE)
    return live, goal, other.url


def test_against_a_database(pggit, two, tmp_path):
    live, goal, url = two
    file = written(tmp_path, planned(live, goal, url))
    found = pggit("prove", file)
    assert found.status == 0, found.out + found.err
    assert found.lines[-1] == "Proven on seeded rows."
    assert [line.split()[:1] for line in found.lines[:7]] == [["ok"]] * 7
    document = pggit("prove", file, "--rows", "none", "--json").json
    assert document.keys() == {"proven", "on", "checks", "not_exercised", "notes"}
    assert document["proven"] is True
    assert document["on"] == "schema only"


def test_a_plan_that_is_not_proven(pggit, two, tmp_path):
    live, goal, url = two
    plan = planned(live, goal, url)
    file = written(tmp_path, replace(plan, statements=plan.statements[:-1]))
    found = pggit("prove", file)
    assert found.status == 1
    assert found.lines[-1] == "Not proven on seeded rows."
    assert any(line.startswith("failed") and " re-read " in line for line in found.lines), found.out
    assert pggit("prove", file, "--json").json["proven"] is False


def test_a_target_without_its_password(pggit, two, tmp_path):
    live, goal, url = two
    file = written(tmp_path, planned(live, goal, "postgresql://u:***@h/d"))
    found = pggit("prove", file)
    assert found.status == 2
    assert "--target" in found.err
    assert pggit("prove", file, "--target", url).status == 0


def test_against_files(pggit, two, tmp_path, server):
    live, goal, _ = two
    (tmp_path / "schema.sql").write_text(f"{SCHEMA}; {CHANGE};", encoding="utf-8")
    side = Side("schema.sql", read_state(goal), server.version, loaded_by="postgres")
    only = stated([side], None)
    live.execute("create role r; grant select on t to r")
    try:
        plan = make_plan(
            read_state(live), side.state, major=server.version, target="schema.sql", role="postgres", only=only
        )
        found = pggit("prove", written(tmp_path, plan))
        assert found.status == 0, found.out + found.err
        assert "owners and grants were compared by re-reading alone" in found.out
    finally:
        live.execute("drop owned by r; drop role r")


def test_against_a_commit(shop, database, tmp_path):
    connection = database.connect()
    connection.execute("alter table customers add nickname text; drop view if exists v")
    assert shop("commit", "-m", "Nicknames").status == 0
    before = read_state(connection)
    connection.execute("alter table customers drop nickname")
    assert shop("commit", "-m", "No nicknames").status == 0
    plan = make_plan(read_state(connection), before, major=database.version, target="HEAD~1", role="postgres")
    found = shop("prove", written(tmp_path, plan))
    assert found.status == 0, found.out + found.err
    assert connection.execute("select count(*) from pg_database where datname like 'pggit_scratch_%'").fetchone() == (
        0,
    )


def test_wrong_uses(pggit, tmp_path):
    assert pggit("prove", "nowhere.json").status == 3
    plan = Plan("a", "", "0" * 64, "0" * 64, 18)
    assert pggit("prove", written(tmp_path, plan), "--rows", "some").status == 2
    found = pggit("prove", written(tmp_path, plan))
    assert found.status == 2
    assert "does not say where its target is" in found.err
