"""The command line, run in this process against a database of the test's own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pggit.cli.main import main
from servers import Database

SHOP = Path(__file__).parents[2] / "examples" / "shop.sql"


@dataclass
class Outcome:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document that was printed; nothing else may have been."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines that were printed."""
        return self.out.splitlines()


Cli = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests; a project directory of the test's own."""
    for name in list(os.environ):
        if name.startswith(("PGGIT_DB", "PGGIT_COLOR", "PGGIT_AUTHOR", "PGGIT_DEBUG")) or re.match(r"PG[A-Z]+$", name):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "PAGER", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".pggit.toml").touch()
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run `pggit` with arguments."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        status = main(arguments)
        return Outcome(status, *capsys.readouterr())

    return run


@pytest.fixture
def pggit(program: Cli, database: Database, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run `pggit` on the test's database."""
    monkeypatch.setenv("PGGIT_DB", database.url)
    return program


@pytest.fixture
def sql(database: Database) -> Callable[[str], None]:
    """Run SQL in the test's database."""
    connection = database.connect()
    return lambda text: connection.execute(text) and None  # type: ignore[arg-type]


@pytest.fixture
def shop(pggit: Cli, sql: Callable[[str], None]) -> Cli:
    """A tracked shop: commits "Initial commit" and "The shop" on main, tag v1."""
    assert pggit("init").status == 0
    sql(SHOP.read_text())
    assert pggit("commit", "-m", "The shop").status == 0
    assert pggit("tag", "v1").status == 0
    return pggit
