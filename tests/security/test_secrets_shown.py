"""Passwords are in no list of processes, log, error or setting that is shown."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import pggit
from pggit.cli.main import main
from pggit.db.connect import uri
from pggit.db.redact import redact_text

SECRET = "Geh3im-0815"


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PG") and name != "PGGIT_TEST_VERSIONS":
            monkeypatch.delenv(name)
    (tmp_path / ".pggit.toml").touch()
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def secret_url(database) -> str:
    """The URL of a tracked database, with a password that the server does not ask for."""
    with pggit.open(database.url) as repository:
        repository.init()
        repository.connection.execute("create table public.t (id int); insert into public.t values (1)")
    url = uri(database.url)
    return url.replace("postgresql://postgres@", f"postgresql://postgres:{SECRET}@")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_shows_a_password_among_its_arguments(secret_url, tmp_path):
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    words = (process / "cmdline").read_bytes()
                except OSError:
                    continue
                if SECRET.encode() in words:
                    seen.add(words.replace(b"\0", b" ").decode())
            time.sleep(0.005)

    looking = threading.Thread(target=look)
    looking.start()
    (tmp_path / "more.sql").write_text("create table t (id int); create table u (id int);")
    environment = {**os.environ, "PGGIT_DB": secret_url}
    try:
        for command in (
            ["template", "build"],
            ["clone", "create", f"c{os.getpid()}", "--with-data"],
            ["clone", "drop", f"c{os.getpid()}", "--force"],
            ["deploy", "dir:more.sql", "--to", "r", "--yes", "--no-prove"],
            ["pool", "start", f"p{os.getpid()}", "--size", "1", "--template", "T"],
            ["bisect", "HEAD", "HEAD", "--dry-run"],
        ):
            if command[0] == "deploy":
                (tmp_path / ".pggit.toml").write_text(f'[remotes.r]\nurl = "{secret_url}"\n')
            done = subprocess.run(
                [sys.executable, "-m", "pggit", *command], env=environment, capture_output=True, text=True, check=False
            )
            shown = done.stdout if command[:2] == ["clone", "create"] else ""  # the URL is what it prints
            assert SECRET not in (done.stdout + done.stderr).replace(shown, "", 1), command
            assert done.returncode in (0, 2, 3, 6), (command, done.stderr)
    finally:
        stop.set()
        looking.join()
    assert seen == set()
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.name != ".pggit.toml":
            assert SECRET.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("form", ["postgresql://u:{}@127.0.0.1:1/x", "host=127.0.0.1 port=1 password={}", "postgresql://u@127.0.0.1:1/x?password={}"])  # fmt: skip
def test_no_error_shows_a_password(form, secret_url, capsys, monkeypatch):
    monkeypatch.setenv("PGGIT_DEBUG", "1")
    url = form.format(SECRET)
    broken = form.replace(":1", ":x").format(SECRET)
    for line in (
        ["--db", url, "status"], ["--db", broken, "status"], ["--db", secret_url, "diff", url, "work"], ["--db", url, "config"],
        ["--db", secret_url, "plan", url, broken], ["--db", secret_url, "remote", "add", "r", url], ["--db", secret_url, "remote", "list"],
        ["--db", secret_url, "deploy", "--to", url, "--yes"], ["--db", secret_url, "fetch", url], ["--db", secret_url, "show", url],
        ["--db", secret_url, "init", "--from", url], ["--db", url, "clone", "list"], ["--db", url, url],
    ):  # fmt: skip
        for more in ([], ["--json"]):
            main([*line, *more])
            out, err = capsys.readouterr()
            assert SECRET not in out + err, line


@pytest.mark.parametrize(
    "form", ["postgresql://u:{}@h/x", "host=h password={} user=u", "password='{}'", "postgresql://h?password={}"]
)
def test_no_fault_shows_a_password(form, secret_url, capsys, monkeypatch):
    monkeypatch.setenv("PGGIT_DEBUG", "1")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"bad: {form.format(SECRET)}, sorry")

    monkeypatch.setattr("pggit.repo.repository.Repository.status", fail)
    for more in ([], ["--json"]):
        assert main(["--db", secret_url, "status", *more]) == 70
        out, err = capsys.readouterr()
        assert "bad: " in out + err and SECRET not in out + err


def test_what_is_not_a_password_stays():
    for text in (
        "http://example.com/a:b",
        "the password is not set",
        "a: b@c",
        "password_env = X",
        "postgresql://u@h:5432/x",
    ):
        assert redact_text(text) == text
    assert redact_text("postgresql://u:a@b:c@h/x failed") == "postgresql://u:***@h/x failed"
