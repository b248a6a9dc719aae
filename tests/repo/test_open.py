"""Which database a repository is opened on."""

from __future__ import annotations

from pathlib import Path

import pytest

import pggit
from pggit.core.errors import ConnectionFailed, UsageError
from servers import Database


def test_a_url(database: Database) -> None:
    with pggit.open(database.url) as repo:
        assert repo.database == database.name
        assert repo.major == database.version
        assert not repo.installed
    assert repo.connection.closed


def test_the_environment(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGGIT_DB", database.url)
    with pggit.open() as repo:
        assert repo.database == database.name


def test_the_file_of_a_directory_above(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".pggit.toml").write_text(f'db = "{database.url}"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    monkeypatch.delenv("PGGIT_DB", raising=False)
    with pggit.open() as repo:
        assert repo.database == database.name


def test_a_url_goes_before_the_environment_and_this_before_the_file(
    make_database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    in_file, in_environment, given = make_database(), make_database(), make_database()
    (tmp_path / ".pggit.toml").write_text(f'db = "{in_file.url}"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGGIT_DB", in_environment.url)
    for url, expected in ((given.url, given), (None, in_environment)):
        with pggit.open(url) as repo:
            assert repo.database == expected.name


@pytest.mark.parametrize("url", ["postgresql://localhost:1/none", "postgresql:///none?host=/nowhere"])
def test_no_server(url: str) -> None:
    with pytest.raises(ConnectionFailed):
        pggit.open(url)


def test_no_such_database(database: Database) -> None:
    with pytest.raises(ConnectionFailed, match="not_there"):
        pggit.open(database.url.replace(database.name, "not_there"))


def test_no_url(database: Database) -> None:
    with pytest.raises(UsageError) as caught:
        pggit.open("postgresql://user:secret@host:5432/%zz")
    assert "secret" not in str(caught.value)
