"""`pggit apply` on the command line: asking, progress, documents, exit statuses."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pggit.core.tree import root
from pggit.kinds.reader import read_state
from pggit.plan.model import Hazard, Plan, Statement, to_json

A = "create table t (id int); insert into t values (1)"
LOSE = Hazard("data-loss", "the values of id are lost")


def _plan(database, *statements: Statement) -> Path:
    """Write a plan for the database as it is; where it leads is read in a transaction that is rolled back."""
    from pggit.kinds.reader import read_within

    with database.connect() as connection:
        before = root(read_state(connection))[1]
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement.sql.replace("concurrently", "").replace("pg_sleep(30)", "0"))
            after = root(read_within(connection))[1]
    file = Path("plan.json")
    file.write_text(to_json(Plan("a", "b", before, after, database.version, statements=statements)), encoding="utf-8")
    return file


ADD = Statement("alter table public.t add column b int", "create", "column public.t.b", relation="table public.t")
INDEX = Statement(
    "create index concurrently t_b on public.t using btree (b)", "create", "index public.t_b", transaction="none",
    undo="drop index concurrently if exists public.t_b", relation="table public.t",
)  # fmt: skip
DROP = Statement("alter table public.t drop column id", "drop", "column public.t.id", hazards=(LOSE,))


def test_it_tells_each_statement_and_the_end(pggit, sql, database):
    sql(A)
    _plan(database, ADD, INDEX)
    done = pggit("apply", "plan.json", "--yes")
    assert done.status == 0
    lines = done.err.splitlines()
    assert [line.rsplit("  ", 1)[0] for line in lines] == [
        "[1/2] create column public.t.b",
        "[2/2] create index public.t_b",
    ]
    assert all(line.endswith(" ms") for line in lines)
    assert done.out.startswith("Ran 2 statements of 2 in ")
    again = pggit("apply", "plan.json", "--yes")
    assert (again.status, again.out) == (0, f"Database {database.name} is already there, nothing to do.\n")


def test_json_is_one_document(pggit, sql, database):
    sql(A)
    _plan(database, ADD, INDEX)
    looked = pggit("--json", "apply", "plan.json", "--dry-run")
    assert looked.err == "" and [step["form"] for step in looked.json["steps"]] == ["transaction", "alone"]
    done = pggit("--json", "apply", "plan.json", "--yes")
    assert done.err == ""
    assert {key: done.json[key] for key in ("already", "statements", "of", "resumed_from", "retries")} == {
        "already": False, "statements": 2, "of": 2, "resumed_from": None, "retries": 0}  # fmt: skip


def test_a_dry_run_shows_statements_and_hazards(pggit, sql, database):
    sql(A)
    _plan(database, ADD, INDEX, DROP)
    done = pggit("apply", "plan.json", "--dry-run", "--allow", "data-loss")
    assert done.lines == [
        "-- in one transaction",
        "   1  alter table public.t add column b int;",
        "-- outside of any transaction",
        "   2  create index concurrently t_b on public.t using btree (b);",
        "-- in one transaction",
        "   3  alter table public.t drop column id;",
        "      -- data-loss: the values of id are lost",
        "Checked: state, lock, own public.t, create in the database. Nothing was changed.",
    ]
    assert pggit("apply", "plan.json", "--yes", "--allow", "data-loss").status == 0


def test_what_goes_wrong(pggit, sql, database):
    sql(A)
    _plan(database, ADD, DROP)
    asked = pggit("apply", "plan.json")
    assert asked.status == 2 and "no terminal to ask on" in asked.err and "--yes" in asked.err
    lossy = pggit("apply", "plan.json", "--yes")
    assert lossy.status == 6 and "2: drop column public.t.id" in lossy.err and "--allow data-loss" in lossy.err
    assert pggit("apply", "nope.json", "--yes").status == 3
    assert pggit("apply", "--yes").status == 2
    assert pggit("apply", "plan.json", "--abandon").status == 2
    assert pggit("apply", "--abandon", "--yes").status == 6
    Path("plan.json").write_text("{}")
    assert pggit("apply", "plan.json", "--yes").status == 2
    _plan(database, ADD)
    sql("create table more ()")
    elsewhere = pggit("apply", "plan.json", "--yes")
    assert elsewhere.status == 6 and "pggit plan" in elsewhere.err


def test_an_abandoned_run(pggit, sql, database):
    sql(A)
    _plan(database, ADD, INDEX)
    plan = json.loads(Path("plan.json").read_text())
    plan["statements"][1]["sql"] = "create index concurrently t_b on public.t using btree (nope)"
    Path("broken.json").write_text(json.dumps(plan))
    failed = pggit("apply", "broken.json", "--yes", "--edited")
    assert failed.status == 7 and "Statements 1 to 1 are done" in failed.err
    assert pggit("apply", "plan.json", "--yes").status == 6
    given_up = pggit("apply", "--abandon", "--yes")
    assert given_up.status == 0 and given_up.out.endswith("1 of 2 statements stay done.\n")


def test_secrets_from_options_and_files(pggit, sql, database, monkeypatch):
    sql("create foreign data wrapper w; create server s foreign data wrapper w")
    label = "user mapping postgres on server s: option password"
    text = "create user mapping for postgres server s options (user 'u', password '{secret}')"
    _plan(database, Statement(text, "create", "user mapping postgres on server s", secrets=(label,)))
    missing = pggit("apply", "plan.json", "--yes")
    assert missing.status == 2 and label in missing.err
    unknown = pggit("apply", "plan.json", "--yes", "--secret", "word=hunter2")
    assert unknown.status == 2 and "hunter2" not in unknown.err
    Path("secrets").write_text(f"\n{label}=from=file\n")
    assert pggit("apply", "plan.json", "--yes", "--secrets", "secrets").status == 0
    connection = database.connect()
    options = "select umoptions[2] from pg_user_mappings"
    assert connection.execute(options).fetchone() == ("password=from=file",)
    connection.execute("drop user mapping for postgres server s")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{label}=piped"))
    assert pggit("apply", "plan.json", "--yes", "--secrets", "-").status == 0
    assert connection.execute(options).fetchone() == ("password=piped",)
    twice = pggit("apply", "-", "--yes", "--secrets", "-")
    assert twice.status == 2 and "standard input" in twice.err


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 130)])
def test_on_a_terminal_it_asks(pggit, sql, database, answer, status):
    import pty

    sql(A)
    _plan(database, ADD, INDEX)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pggit", "--no-color", "--db", database.url, "apply", "plan.json"]
    tool = subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True)
    os.write(ours, f"{answer}\n".encode())
    out, _ = tool.communicate(timeout=30)
    os.close(theirs)
    said = ""
    with contextlib.suppress(OSError):  # how a terminal ends
        while part := os.read(ours, 4096):
            said += part.decode()
    assert tool.returncode == status
    assert f"Run 2 statements in database {database.name} (hazards: none)? [y/N]" in said
    assert ("[2/2] create index public.t_b" in said) == (answer == "y")
    assert out.startswith("Ran 2 statements") == (answer == "y")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_rolls_back_and_says_how_to_go_on(pggit, sql, database):
    sql(A)
    sleep = Statement("select pg_sleep(30)", "validate", "table public.t", transaction="own")
    _plan(database, ADD, sleep, INDEX)
    command = [sys.executable, "-m", "pggit", "--db", database.url, "apply", "plan.json", "--yes"]
    tool = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tool.stderr is not None
    assert tool.stderr.readline().startswith("[1/3] create column public.t.b")
    time.sleep(0.3)
    began = time.monotonic()
    tool.send_signal(signal.SIGINT)
    _, said = tool.communicate(timeout=20)
    assert tool.returncode == 130 and time.monotonic() - began < 10
    assert said.splitlines() == [
        "Interrupted at statement 2 of 3: what was not committed is rolled back. Run the same command again to go on.",
        "",
    ]
    busy = "select count(*) from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()"
    assert database.connect().execute(busy).fetchone()[0] == 0
    position = "select obj_description('pggit_apply'::regnamespace)"
    assert json.loads(database.connect().execute(position).fetchone()[0])["next"] == 1
