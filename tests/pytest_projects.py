"""Projects with tests of their own, in which tests run pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pggit.clone.label import labelled
from pggit.db import for_tests
from pggit.db.connect import connect
from pggit.db.server import Server
from pggit.settings import load

SCHEMA = "create table item(id int primary key, name text not null);"
TESTS = """
import psycopg, pytest

@pytest.mark.parametrize("number", range(16))
def test_rows(pggit_db, number):
    with psycopg.connect(str(pggit_db)) as connection:
        assert connection.execute("select count(*) from item").fetchone() == (0,)
        connection.execute("insert into item values (1, 'one')")
"""


@dataclass
class Ran:
    """A run of pytest that is over."""

    status: int
    text: str

    @property
    def outcomes(self) -> dict[str, int]:
        """How many tests passed, failed, had errors."""
        return {
            word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", self.text.splitlines()[-1])
        }

    @property
    def kept(self) -> list[str]:
        """URLs of the databases that are kept."""
        return re.findall(r"psql '(.+)'", self.text)


class Project:
    """A project with tests, whose data and servers are its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self.environment |= {"PYTHONPATH": str(Path(for_tests.__file__).parents[2]), "COLUMNS": "300"}
        for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID", "PYTEST_ADDOPTS"):
            self.environment.pop(name, None)
        self.write(".pggit.toml", "")
        self.write("pytest.ini", "[pytest]\npggit_source = dir:schema\n")
        self.write("schema/1.sql", SCHEMA)
        self.write("test_it.py", TESTS)

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start pytest."""
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *_PLUGIN, *options],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def pytest(self, *options: str) -> Ran:
        """Run pytest."""
        return ended(self.start(*options))

    @property
    def server(self) -> Server:
        """The project's server for tests."""
        return for_tests.tests_server(load(cwd=self.root, environ={}))

    def running(self) -> bool:
        """Whether it runs."""
        return self.server.status() is not None

    def labels(self, kind: str) -> list[str]:
        """Names of the clones or templates; the server is started."""
        with connect(self.server.start()) as connection:
            return [one.name for one in labelled(connection, kind)]  # type: ignore[arg-type]


_REGISTERED = "pggit.pytest_plugin" in sys.modules and subprocess.run(
    [sys.executable, "-m", "pytest", "--help"], capture_output=True, text=True, check=True, cwd="/"
).stdout.count("--pggit-keep")
_PLUGIN = [] if _REGISTERED else ["-p", "pggit.pytest_plugin"]


def ended(process: subprocess.Popen[str]) -> Ran:
    """Wait for a run of pytest."""
    text, _ = process.communicate(timeout=120)
    return Ran(process.returncode, text)
