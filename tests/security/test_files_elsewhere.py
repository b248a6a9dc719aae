"""SQL of somebody else names files of who loads it: only those in its own directory are read."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import pggit
from pggit.core.errors import UsageError
from pggit.repo.states import compare
from pggit.work.gitimport import Want, import_git
from servers import Database

SECRET = "host:5432:db:u:never-to-be-read"
WAYS = {
    "copy": r"create table a (a text); \copy a from '{}'",
    "copy beside": r"create table a (a text);" + "\n" + r"\copy a from '../home/pgpass'",
    "include": r"\i {}",
    "include relative": r"\ir ../home/pgpass",
    "variable": r"\set f {}" + "\n" + r"\i :f",
    "link": r"\ir link.txt",
    "linked directory": r"\ir folder/pgpass",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A file of the user's that no repository holds."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "pgpass").write_text(SECRET)
    return tmp_path / "home" / "pgpass"


@pytest.fixture
def written(tmp_path: Path, home: Path) -> Callable[[str], Path]:
    """Write what somebody else's directory holds."""

    def write(way: str) -> Path:
        directory = tmp_path / "theirs"
        directory.mkdir()
        (directory / "x.sql").write_text(WAYS[way].replace("; \\", ";\n\\").format(home) + "\n")
        (directory / "link.txt").symlink_to(home)
        (directory / "folder").symlink_to(home.parent)
        return directory

    return write


@pytest.mark.parametrize("way", WAYS)
def test_a_directory_reads_nothing_elsewhere(database: Database, written: Callable[[str], Path], way: str) -> None:
    directory = written(way)
    for state in (f"dir:{directory}", str(directory / "x.sql")):
        with pytest.raises(UsageError, match=r"x\.sql:\d+: .* is not in") as refused:
            compare(database.url, state, None)
        assert SECRET not in refused.value.message
        assert "--trust-source" in (refused.value.hint or "")


def test_a_link_is_no_file_of_the_directory(database: Database, home: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "x.sql").symlink_to(home)
    with pytest.raises(UsageError, match=r"x\.sql is a link out of") as refused:
        compare(database.url, f"dir:{tmp_path / 'theirs'}", None)
    assert SECRET not in refused.value.message


def test_what_is_trusted_reads_from_anywhere(
    database: Database, written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGGIT_TRUST_SOURCE", "on")
    assert [change.key for change in compare(database.url, f"dir:{written('copy')}", None)]


def test_files_within_are_read(database: Database, tmp_path: Path) -> None:
    (tmp_path / "theirs" / "sub").mkdir(parents=True)
    (tmp_path / "theirs" / "rows.csv").write_text("1\n2\n")
    (tmp_path / "theirs" / "sub" / "x.sql").write_text("create table a (a int);\n\\copy a from '../rows.csv'\n")
    (tmp_path / "named").symlink_to(tmp_path / "theirs")
    assert "table public.a" in {change.key for change in compare(database.url, f"dir:{tmp_path / 'named'}", None)}


@pytest.mark.parametrize("way", ["copy", "include"])
def test_a_commit_of_git_reads_nothing_elsewhere(tracked: Database, written: Callable[[str], Path], way: str) -> None:
    pytest.importorskip("dulwich", reason="the extra git is not installed")
    directory = written(way)
    (directory / "link.txt").unlink()
    (directory / "folder").unlink()
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        who = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"]
        subprocess.run(["git", "-C", str(directory), *who, *command], check=True, capture_output=True)
    with pggit.open(tracked.url) as repository, pytest.raises(UsageError, match="is not in"):
        import_git(directory, repository, Want())
