"""The examples of tests, run as their readers run them; templates of what a command makes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pggit.core.errors import PgGitError
from pggit.db.embedded import packaged_programs
from pytest_projects import Project

try:
    packaged_programs()
except PgGitError:
    pytest.skip("the embedded server is not installed", allow_module_level=True)

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", sorted(path.name for path in (EXAMPLES / "tests").iterdir()))
def test_an_example(project: Project, name: str):
    (project.root / "test_it.py").unlink()
    shutil.copytree(EXAMPLES / "tests" / name, project.root, dirs_exist_ok=True)
    ran = project.pytest()
    assert ran.outcomes == {"passed": 4 if name == "django" else 3}, ran.text
    assert not project.running()


def test_the_bookshop(project: Project):
    """200 tests of a project that was written for it."""
    (project.root / "test_it.py").unlink()
    shutil.copytree(EXAMPLES / "bookshop", project.root, dirs_exist_ok=True)
    ran = project.pytest()
    assert ran.outcomes == {"passed": 200}, ran.text
    assert "pgGit: 200 databases" in ran.text


COMMAND = "[pytest]\npggit_source = run:python make.py\npggit_depends = *.sql\n"
MAKE = """
import os, pathlib, psycopg
pathlib.Path("log").open("a").write("made ")
with psycopg.connect(os.environ["DATABASE_URL"]) as one, psycopg.connect() as other:
    assert one.info.dbname == other.info.dbname
    one.execute(pathlib.Path("item.sql").read_text())
"""


def test_a_command_makes_the_template_once(project: Project):
    project.write("pytest.ini", COMMAND)
    project.write("make.py", MAKE)
    project.write("item.sql", "create table item(id int primary key, name text not null);")
    assert set(project.pytest("-n2", "-k", "1").outcomes) == {"passed"}
    assert project.pytest("-k", "15").outcomes == {"passed": 1}
    assert (project.root / "log").read_text() == "made "
    project.write("item.sql", "create table item(id bigint primary key, name text not null);")
    assert project.pytest("-k", "15").outcomes == {"passed": 1}
    assert (project.root / "log").read_text() == "made made "


@pytest.mark.parametrize(
    ("ini", "said"),
    [
        ("pggit_source = run:python make.py", "by which files its result changes"),
        ("pggit_source = run:python make.py\npggit_depends = *.rb", "no file of"),
        ("pggit_source = run:python nowhere.py\npggit_depends = make.py", "ended with status 2"),
        ("pggit_source = run:no-such-program\npggit_depends = make.py", "no-such-program cannot be run"),
    ],
)
def test_what_is_wrong_with_a_command_is_said(project: Project, ini: str, said: str):
    project.write("pytest.ini", f"[pytest]\n{ini}\n")
    project.write("make.py", MAKE)
    ran = project.pytest("-k", "15")
    assert ran.outcomes == {"error": 1}
    assert said in ran.text, ran.text
    assert "Traceback" not in ran.text
