"""The pytest plugin: whole runs of pytest in a project of the test's own, on its embedded server for tests."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable

import psycopg
import pytest

from pggit.clone.label import labelled
from pggit.clone.testing.names import maker_of
from pggit.core.errors import PgGitError
from pggit.db import for_tests
from pggit.db.embedded import packaged_programs
from pytest_projects import TESTS, Project, ended

try:
    packaged_programs()
except PgGitError:
    pytest.skip("the embedded server is not installed", allow_module_level=True)


def test_eight_workers_share_one_template_and_leave_nothing(project: Project):
    project.write("conftest.py", "def pytest_sessionfinish(session):\n    pass\n")
    ran = project.pytest("-n8")
    assert ran.outcomes == {"passed": 16}, ran.text
    assert re.search(r"pgGit: 16 databases.*fsync is off", ran.text)
    assert not project.running()
    assert len(project.labels("template")) == 1
    assert project.labels("clone") == []


def test_two_sessions_at_the_same_time(project: Project):
    runs = [project.start("-n2") for _ in range(2)]
    for ran in map(ended, runs):
        assert ran.outcomes == {"passed": 16}, ran.text
    assert not project.running()
    assert project.labels("clone") == []


FAILING = """
import psycopg, pytest

@pytest.fixture
def broken(pggit_db):
    psycopg.connect(pggit_db.url).execute("select 1 from nothing")

@pytest.fixture
def torn(pggit_db):
    yield
    raise RuntimeError("in teardown")

def test_call(pggit_db):
    with psycopg.connect(**pggit_db.parameters) as connection:
        connection.execute("insert into item values (1, 'evidence')")
    assert False

def test_setup(broken): pass
def test_teardown(torn): pass
def test_fine(pggit_db): pass

@pytest.mark.xfail
def test_expected(pggit_db): assert False
"""


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_what_failed_keeps_its_database_until_it_is_run_again(project: Project, workers: str):
    project.write("test_it.py", FAILING)
    ran = project.pytest(workers)
    assert ran.outcomes == {"failed": 1, "passed": 2, "error": 2}, ran.text
    assert len(ran.kept) == 3
    assert ran.text.count("the database of this test is kept: postgresql://") == 3
    assert project.running()
    rows = []
    for url in ran.kept:
        with psycopg.connect(url) as connection:
            rows += connection.execute("select name from item").fetchall()
    assert rows == [("evidence",)]
    assert len(project.labels("clone")) == 3

    mended = FAILING.replace("assert False", "pass").replace("raise Run", "Run").replace("nothing", "item")
    project.write("test_it.py", mended)
    again = project.pytest(workers)
    assert again.outcomes["passed"] == 4, again.text
    assert project.labels("clone") == []


def test_only_so_many_are_kept(project: Project):
    project.write("test_it.py", TESTS.replace("(0,)", "(1,)"))
    ran = project.pytest("--pggit-keep=2")
    assert ran.outcomes == {"failed": 16}
    assert len(ran.kept) == len(project.labels("clone")) == 2
    assert "is not kept" in ran.text
    with psycopg.connect(ran.kept[0]):  # somebody who looks at it is not thrown out
        assert project.pytest("--pggit-keep=0").kept == []
        assert len(project.labels("clone")) == 1
    assert project.pytest("--pggit-keep=0").outcomes == {"failed": 16}
    assert not project.running()


def test_another_source_makes_another_template(project: Project):
    assert project.pytest("-k", "1").status == 0
    (first,) = project.labels("template")
    project.write("schema/2.sql", "alter table item add column price int default 5;")
    assert project.pytest("-k", "1").status == 0
    (second,) = project.labels("template")  # the old one went when the run was over
    assert first != second


def test_an_error_in_the_source_says_where(project: Project):
    project.write("schema/2.sql", "create table a(i int);\n\ncreate tabel b(i int);\n")
    ran = project.pytest()
    assert ran.outcomes == {"error": 16}
    assert re.search(r"pgGit: .*2\.sql:3: .*syntax error", ran.text), ran.text
    assert "Traceback" not in ran.text
    assert project.labels("clone") == []


@pytest.mark.parametrize(
    ("ini", "said"),
    [
        ("", "hint: pggit_source = "),
        ("pggit_source = dir:nowhere", "nowhere is no .sql file, and no directory that holds any"),
        ("pggit_env = moon", "there is no environment moon"),
        ("pggit_source = dir:schema\npggit_server = postgresql://127.0.0.1:1/x", "Connection refused"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(project: Project, ini: str, said: str):
    project.write("pytest.ini", f"[pytest]\n{ini}\n")
    ran = project.pytest("-k", "rows and 15")
    assert ran.outcomes == {"error": 1}
    assert said in ran.text
    assert "Traceback" not in ran.text and "INTERNALERROR" not in ran.text


def test_files_and_seeds_of_an_environment(project: Project):
    project.write(".pggit.toml", '[environments.test]\ninclude = ["schema/**"]\nseeds = ["seeds/**"]\n')
    project.write("seeds/1.sql", "insert into item values (7, 'seed');")
    project.write("pytest.ini", "[pytest]\npggit_env = test\n")
    project.write("test_it.py", TESTS.replace("(0,)", "(1,)"))
    assert project.pytest().outcomes == {"passed": 16}


def test_fixtures_can_be_overridden(project: Project, server, admin):
    """The server may be any, the source may be worked out."""
    project.write("pytest.ini", "[pytest]\n")
    project.write(
        "conftest.py",
        "import pytest\n"
        f"@pytest.fixture(scope='session')\ndef pggit_server(): return {server.url!r}\n"
        "@pytest.fixture(scope='session')\ndef pggit_source(): return 'schema'\n",
    )
    project.write("test_it.py", TESTS.replace("(0,)", "(0,) and number != 3"))
    ran = project.pytest()
    assert ran.outcomes == {"passed": 15, "failed": 1}, ran.text
    assert not project.running()
    assert {one.label.kind for one in labelled(admin)} == {"clone", "template"}  # what is kept
    assert "fsync" not in ran.text


def test_the_memory_of_a_project_that_is_gone_is_given_back(project: Project, tmp_path_factory: pytest.TempPathFactory):
    gone = Project(tmp_path_factory.mktemp("gone"))
    assert gone.pytest("-k", "15").status == 0
    if not for_tests.is_in_memory(gone.server):
        gone.server.stop(discard=True)
        pytest.skip("there is no room in memory")
    gone.server.start()
    data = gone.server.datadir
    shutil.rmtree(gone.root)
    assert project.pytest("-k", "15").status == 0
    assert not data.parent.exists()
    assert project.server.datadir.exists()


HANGING = """
import pathlib, time
def test_hangs(pggit_db):
    pathlib.Path("begun").touch()
    time.sleep(60)
"""


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_what_a_killed_session_left_goes_with_the_next(project: Project, workers: str):
    project.write("test_it.py", HANGING)
    hanging = project.start(workers)
    _wait((project.root / "begun").exists)
    os.killpg(hanging.pid, signal.SIGKILL)
    hanging.wait()
    assert [name for name in project.labels("clone") if maker_of(name)]
    project.write("test_it.py", TESTS)
    assert project.pytest(workers).outcomes == {"passed": 16}
    assert not project.running()
    assert project.labels("clone") == []


def test_an_interrupted_session_leaves_nothing(project: Project):
    project.write("test_it.py", HANGING)
    hanging = project.start()
    _wait((project.root / "begun").exists)
    os.kill(hanging.pid, signal.SIGINT)
    assert ended(hanging).status == pytest.ExitCode.INTERRUPTED
    assert project.labels("clone") == []


def test_a_server_that_goes_away_fails_tests_and_nothing_else(project: Project):
    project.write("test_it.py", TESTS.replace("    with psycopg", "    if number == 4: _stop()\n    with psycopg"))
    project.write(
        "conftest.py",
        "from pggit.db.for_tests import tests_server\nfrom pggit.settings import load\nimport builtins\n"
        "builtins._stop = lambda: tests_server(load()).stop()\n",
    )
    ran = project.pytest()
    assert (ran.outcomes["passed"], ran.outcomes["failed"]) == (4, 1), ran.text
    assert "its database could not be kept" in ran.text
    assert "INTERNALERROR" not in ran.text


def test_a_run_without_the_fixtures_costs_nothing(project: Project):
    project.write(
        "test_it.py",
        "import sys\ndef test_modules():\n"
        "    assert 'pggit.pytest_plugin' in sys.modules\n"
        "    assert [name for name in sys.modules if name.startswith('pggit')] == ['pggit', 'pggit.pytest_plugin']\n"
        "    assert not {'psycopg', 'click'} & set(sys.modules)\n",
    )
    ran = project.pytest()
    assert ran.outcomes == {"passed": 1}, ran.text
    assert "pgGit" not in ran.text
    assert not project.server.datadir.exists()


def _wait(for_what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not for_what():
        assert time.monotonic() < end
        time.sleep(0.02)
