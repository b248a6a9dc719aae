"""`pggit deploy` on the command line: remotes, asking, what it prints and what it does not."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from contextlib import closing

import pytest

from pggit.core.tree import meaning
from pggit.kinds.reader import read_state
from servers import connect

SCHEMA = "create table public.users (id int primary key, email text);"


def schema(database):
    with closing(connect(database.url)) as connection:
        return meaning(read_state(connection))


@pytest.fixture
def remotes(make_database, tmp_path):
    """Two remotes with one table, in environments of their own; and the state to bring them to."""
    staging, production = make_database(), make_database()
    for one in (staging, production):
        one.connect().execute("create table public.users (id int primary key)")
    (tmp_path / ".pggit.toml").write_text(
        f"""
        [environments.staging]
        [environments.production]
        protected = true
        [remotes.staging]
        url = "{staging.url}"
        environment = "staging"
        backup = "schema"
        [remotes.production]
        url = "{production.url}"
        environment = "production"
        """
    )
    (tmp_path / "schema.sql").write_text(SCHEMA)
    return staging, production


def test_each_remote_is_a_database_of_its_own(program, remotes):
    staging, production = remotes
    before = schema(production)
    done = program("deploy", "dir:schema.sql", "--to", "staging", "--yes")
    assert done.status == 0, done.err
    assert "alter table public.users add column email text;" in done.err
    assert "\nProven on " in done.err and "ok      rows" in done.err
    assert done.lines[0].startswith("Ran 1 statement in ")
    assert done.lines[0].endswith(f" s. staging (database {staging.name}) is at {schema(staging)[:10]}, read again.")
    assert done.lines[1:2] == ["The plan was proven on a clone first."]
    assert done.lines[2].startswith("Backup: ") and done.lines[2].endswith(".dump (schema)")
    assert schema(production) == before
    again = program("deploy", "dir:schema.sql", "--to", "staging")
    assert (again.status, again.err) == (0, "")
    assert again.out.endswith(": nothing to do, no backup made.\n")


def test_a_commit_is_deployed_by_default_that_of_HEAD(shop, make_database, sql):
    elsewhere = make_database()
    sql("create table not_committed (a int)")
    done = shop("deploy", "--to", elsewhere.url, "--yes")
    assert done.status == 0, done.err
    found = {name for (name,) in elsewhere.connect().execute("select relname from pg_class where relkind = 'r' "
                                                            "and relnamespace = 'public'::regnamespace")}  # fmt: skip
    assert "customers" in found and "not_committed" not in found
    assert shop("diff", "HEAD", elsewhere.url).out == ""


def test_what_is_protected_is_refused_however_it_is_named(program, remotes):
    production = remotes[1]
    before = schema(production)
    for to in ("production", production.url):
        found = program("deploy", "dir:schema.sql", "--to", to, "--yes")
        assert found.status == 6
        assert found.err.startswith("pggit: environment production is protected: nothing is deployed there\nhint: ")
    assert program("deploy", "dir:schema.sql", "--to", "production", "--dry-run").status == 0
    assert schema(production) == before


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "where to?"),
        (["--to", "stagin"], 3, "there is no remote stagin\nhint: did you mean 'staging'?"),
        (["--to", "staging", "--env", "production"], 2, "remote staging is of environment staging, not production"),
        (["--to", "staging", "--backup", "some"], 2, "--backup is one of full, schema, none, not 'some'"),
        (
            ["--to", "postgresql://h/d", "--env", "productio"],
            3,
            "there is no environment productio\nhint: did you mean 'production'",
        ),
        (["--to", "staging"], 2, "there is no terminal to ask on\nhint: pggit deploy --yes does not ask."),
        (["--to", "staging", "--secret", "x=y", "--yes"], 2, "the plan has no secret 'x'"),
    ],
)
def test_wrong_use_changes_nothing(program, remotes, arguments, status, said):
    before = schema(remotes[0])
    found = program("deploy", "dir:schema.sql", *arguments)
    assert found.status == status
    assert said in found.err
    assert schema(remotes[0]) == before


def _answered(tmp_path, answer):
    """Run on a terminal and answer the question; returns what was on it, and the exit status."""
    ours, theirs = pty.openpty()
    tool = subprocess.Popen(
        [sys.executable, "-m", "pggit", "deploy", "dir:schema.sql", "--to", "staging", "--no-prove"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=dict(os.environ, TERM="dumb"),
    )  # fmt: skip
    os.close(theirs)
    shown, asked, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            shown += os.read(ours, 4096)
        except OSError:
            break
        if not asked and b"type its name" in shown and shown.rstrip().endswith(b":"):
            os.write(ours, answer.encode() + b"\n")
            asked = True
    os.close(ours)
    return shown.decode(), tool.wait(10)


def test_it_asks_for_the_name_of_the_database(remotes, tmp_path):
    staging = remotes[0]
    before = schema(staging)
    shown, status = _answered(tmp_path, "staging")
    assert status == 6 and "'staging' is not the name of the database: nothing was changed" in shown
    assert "add column email text;" in shown
    assert schema(staging) == before
    shown, status = _answered(tmp_path, staging.name)
    assert status == 0, shown
    assert schema(staging) != before


@pytest.fixture
def guarded(server, role, make_database):
    """A database, and a role that must show a password."""
    name = role("login createdb password 'Geh:e/im@1'")
    hba = server.server.datadir / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"local all {name} scram-sha-256\n{before}")
    server.admin.execute("select pg_reload_conf()")
    database = make_database()
    database.connect().execute(f'alter database "{database.name}" owner to {name}'.encode())
    try:
        yield database, name
    finally:
        hba.write_text(before)
        server.admin.execute("select pg_reload_conf()")


def test_the_password_comes_from_the_environment_and_is_never_shown(program, guarded, tmp_path, monkeypatch, server):
    database, name = guarded
    database.connect().execute(f"grant all on schema public to {name}".encode())
    (tmp_path / ".pggit.toml").write_text(
        f'[remotes.shop]\nurl = "{database.url_as(name)}"\npassword_env = "SHOP_PASSWORD"\n'
    )
    (tmp_path / "schema.sql").write_text(SCHEMA)
    command = ("deploy", "dir:schema.sql", "--to", "shop", "--yes")
    missing = program(*command)
    assert missing.status == 2 and "environment variable SHOP_PASSWORD" in missing.err
    monkeypatch.setenv("SHOP_PASSWORD", "wrong-one")
    wrong = program(*command)
    assert wrong.status == 4 and "password authentication failed" in wrong.err
    assert "again in" not in wrong.err and "wrong-one" not in wrong.err
    monkeypatch.setenv("SHOP_PASSWORD", "Geh:e/im@1")
    done = program(*command)
    assert done.status == 0, done.err
    for text in (done.err, done.out, *(file.read_text() for file in (tmp_path / ".pggit").rglob("*.json"))):
        assert "Geh:e" not in text and "Geh%3A" not in text
    assert database.connect().execute("select count(*) from users").fetchone() == (0,)


def test_a_host_that_refuses_is_told_with_status_4(program, tmp_path):
    (tmp_path / ".pggit.toml").write_text(
        '[remotes.shop]\nurl = "postgresql://127.0.0.1:1/shop"\nretries = 1\nbackoff = "fixed"\nbreaker_after = 2\n'
    )
    first = program("deploy", "empty", "--to", "shop", "--yes")
    assert first.status == 4 and "Connection refused" in first.err and "again in 0." in first.err
    second = program("--json", "deploy", "empty", "--to", "shop", "--yes")
    assert second.status == 4 and second.json["error"]["code"] == "breaker_open"
    assert second.err == ""
