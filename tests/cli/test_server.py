"""`pggit server`, and the demo, which uses it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from pggit.core.errors import PgGitError
from pggit.db.embedded import packaged_programs
from servers import ROOT

try:
    packaged_programs()
except PgGitError:
    pytest.skip("the embedded server is not installed", allow_module_level=True)


@pytest.fixture
def data_dir(monkeypatch):
    """Where the embedded server of the test lives: in memory where there is room."""
    ROOT.mkdir(parents=True, exist_ok=True)
    path = ROOT / f"cli-{os.getpid()}"
    monkeypatch.setenv("PGGIT_DATA_DIR", str(path))
    yield path
    for options in ([], ["--tests"]):
        subprocess.run([sys.executable, "-m", "pggit", "server", "stop", *options], capture_output=True, check=False)
    shutil.rmtree(path, ignore_errors=True)


def test_start_status_url_stop(program, data_dir):
    assert program("server", "status").status == 1
    assert "not running" in program("server", "status").out
    url = program("server", "start").out.strip()
    assert url.startswith("postgresql://")
    assert program("server", "url").out.strip() == url
    assert program("--json", "server", "url").json == {"url": url}
    assert re.search(r"process \d+", program("server", "status").out)
    assert program("server", "status", "--json").json["running"] is True
    assert program("init").status == 0  # no setting at all: this server
    assert program("status").status == 0
    assert program("server", "stop").out == "The server is stopped.\n"
    assert program("server", "stop", "--json").json == {"stopped": False}
    assert program("server", "stop").out == "The server was not running.\n"


def test_the_server_for_tests_is_another_one(program, data_dir, tmp_path):
    (tmp_path / "schema.sql").write_text("create table item(id int)")
    started = program("server", "start", "--tests")
    url = started.out.strip()
    assert "fsync is off" in started.err
    assert program("server", "url", "--tests").out.strip() == url
    with psycopg.connect(url) as connection:
        assert connection.execute("select current_setting('fsync')").fetchone() == ("off",)
    assert program("server", "status").status == 1
    assert program("server", "status", "--tests").status == 0

    made = program("--db", url, "clone", "create", "test_1", "--from", f"dir:{tmp_path / 'schema.sql'}", "--ttl", "1h")
    with psycopg.connect(made.out.strip()) as connection:
        assert connection.execute("select count(*) from item").fetchone() == (0,)

    data = Path(program("server", "status", "--tests", "--json").json["data"])
    assert data.exists()
    assert program("server", "stop", "--tests").out == "The server is stopped.\n"
    assert not data.exists()
    assert program("server", "stop", "--tests").out == "The server was not running.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_demo(tmp_path):
    script = Path(__file__).parents[2] / "examples" / "demo.sh"
    for name, module in (("pggit", "-m pggit"), ("python", "")):
        shim = tmp_path / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        shim.chmod(0o755)
    paths = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run([str(script)], capture_output=True, text=True, check=False, env={**os.environ, "PATH": paths})
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("[")]  # besides the steps of apply
    assert [line.split()[0] for line in said] == ["template", "test_1:", "test_2:", "shop_loyalty:"], done.stderr
    for told in (
        "[main ",
        "On branch loyalty.",
        "Points for loyal customers",
        "(HEAD -> loyalty)",
        "That is all of it",
    ):
        assert told in done.stdout
    assert "\x1b" not in done.stdout
