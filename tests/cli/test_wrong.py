"""Wrong input of every sort: one clear line, a hint, the right exit status, no password anywhere."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

SECRET = "s3cr3t-Pa55"


WRONG = [
    ("stauts", 2, "did you mean 'status'?"),
    ("xyzzy", 2, "pggit --help shows the commands"),
    ("server", 2, "Missing command"),
    ("server restart", 2, "No such command 'restart'"),
    ("log --nope", 2, "--nope"),
    ("log -n many", 2, "'many' is not a valid number"),
    ("reflog -n 99999999999999999999", 2, "99999999999999999999 is too large"),
    ("protect main --approvals 2147483648", 2, "2147483648 is too large"),
    ("log a b c", 2, "more than one object"),
    ("log nope", 3, "neither a commit nor an object is called nope"),
    ("log -- nope", 3, "no object is called nope"),
    ("log HEAD~99", 3, "goes back before the first commit"),
    ("log HEAD@{soon}", 2, "soon is no time"),
    ("show nope", 3, "no commit is called nope"),
    ("diff nope", 3, "neither a commit nor an object is called nope"),
    ("diff v1 work nope", 3, "neither a commit"),
    ("diff nope -- public.customers", 2, "nope is no state"),
    ("diff dir:nowhere work", 3, "there is no file or directory nowhere"),
    ("blame", 2, "Missing argument"),
    ("blame public.nope", 3, "no object is called public.nope"),
    ("blame public.customers nope", 3, "no commit is called nope"),
    ("history public.nope", 3, "no object is called public.nope"),
    ("reflog nope", 3, "there is no reflog of nope"),
    ("branch v..1", 2, "no valid name"),
    ("branch main", 6, "a branch named main exists"),
    ("branch b nope", 3, "no commit is called nope"),
    ("branch -d", 2, "-d needs a name"),
    ("branch -d main nope", 2, "another"),
    ("branch -d main", 6, "current branch"),
    ("branch -d nope", 3, "there is no branch nope"),
    ("branch -m nope b", 3, "there is no branch nope"),
    ("branch -m main v..1", 2, "no valid name"),
    ("branch -d -m main", 2, "only one goes"),
    ("branch -v main", 2, "takes no name"),
    ("branch --merged nope", 3, "no commit is called nope"),
    ("switch mian", 3, "did you mean 'main'?"),
    ("merge-base mian v1", 3, "did you mean 'main'?"),
    ("merge-base main", 2, "Missing argument"),
    ("rev-parse HEAD v11", 3, "did you mean 'v1'?"),
    ("describe nope", 3, "no commit is called nope"),
    ("show-branch nope", 3, "no commit is called nope"),
    ("shortlog nope..main", 3, "no commit is called nope"),
    ("diff nope...main", 3, "neither a commit"),
    ("tag -d -l v1", 2, "do not go together"),
    ("tag v3 -m  ", 2, "requires an argument"),
    ("tag v1", 6, "a tag named v1 exists"),
    ("tag -s v2 -m Two", 2, "there is no key to sign with"),
    ("commit -S --allow-empty -m x", 2, "there is no key to sign with"),
    ("sign", 2, "there is no key to sign with"),
    ("verify nope", 3, "no commit is called nope"),
    ("verify v1..nope", 3, "no commit is called nope"),
    ("anchor", 2, "Missing argument"),
    ("anchor file", 2, "there is no key to sign with"),
    ("fsck --anchor file", 2, "not known whose anchors count"),
    ("tag -d nope", 3, "there is no tag nope"),
    ("switch nope", 3, "there is no branch nope"),
    ("reset nope", 3, "no commit is called nope"),
    ("reset --hard --soft", 2, "do not go together"),
    ("revert nope", 3, "no commit is called nope"),
    ("revert HEAD~1", 6, "has no parent"),
    ("revert -m 1 HEAD", 6, "is no merge"),
    ("revert -m 0 HEAD", 2, "-m"),
    ("cherry-pick nope", 3, "no commit is called nope"),
    ("cherry-pick HEAD~1", 6, "has no parent"),
    ("cherry-pick HEAD", 6, "here already"),
    ("cherry-pick", 2, "Missing argument"),
    ("rebase", 2, "rebase takes a branch"),
    ("rebase main --abort", 2, "rebase takes a branch"),
    ("rebase mian", 3, "did you mean 'main'?"),
    ("rebase --continue", 6, "no rebase is in progress"),
    ("rebase --abort", 6, "no rebase is in progress"),
    ("stash nope", 2, "none of push, list"),
    ("stash push", 6, "nothing to stash"),
    ("stash push 1", 2, "takes no '1'"),
    ("stash pop", 3, "there are no stashes"),
    ("stash show one", 2, "no number of a stash"),
    ("stash list -m x", 2, "-m goes with push"),
    ("stash list --dry-run", 2, "changes no schema"),
    ("stash drop-kept", 2, "needs a name"),
    ("stash drop-kept kept_1", 2, "no terminal to ask on"),
    ("stash drop-kept kept_1 --yes", 3, "nothing is kept as kept_1"),
    ("commit -m x", 1, "nothing to commit"),
    ("commit --allow-empty", 2, "the editor"),
    ("grant king postgres", 2, "there is no access king"),
    ("grant reader nobody_at_all", 3, "there is no role nobody_at_all"),
    ("pause soon", 2, "is no length of time"),
    ("pause 3parsecs", 2, "is no length of time"),
    ("config nope", 3, "there is no setting nope"),
    ("config nope x", 2, "there is no setting nope"),
    ("config on_error maybe", 2, "cannot be 'maybe'"),
    ("config db x", 2, "not kept in the repository"),
    ("config --unset", 2, "--unset needs a name"),
    ("config --unset author x", 2, "no value"),
    ("init --print --dry-run", 2, "do not go together"),
    ("-C nowhere status", 2, "nowhere: No such file or directory"),
]


def test_wrong_input(shop):
    for line, status, message in WRONG:
        found = shop(*line.split())
        assert found.status == status, (line, found)
        assert message in found.err, (line, found)
        assert found.err.startswith("pggit: "), line
        assert "Traceback" not in found.err
        assert found.out == "", line


@pytest.fixture(autouse=True)
def _no_editor(monkeypatch):
    monkeypatch.setenv("PGGIT_EDITOR", "false")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"postgresql://me:{SECRET}@localhost:1/x", 4),
        (f"postgresql://me:{SECRET}@nowhere.invalid/x", 4),
        (f"host=/nowhere user=me password={SECRET} dbname=x", 4),
        (f"postgresql://me:{SECRET}@localhost:port/x", 4),
        (f"postgresql://me:{SECRET}@[/x", 2),
        (f"host=localhost password='{SECRET}", 2),
    ],
)
def test_no_password_is_told(program, url, status):
    for line in (["--db", url, "status"], ["--db", url, "config"], ["diff", url, "empty"], ["diff", "empty", url]):
        for extra in ([], ["--json"]):
            found = program(*line, *extra)
            assert SECRET not in found.out + found.err, line
            if "config" not in line:
                assert found.status in (status, 4, 2), found
                assert found.out + found.err


def test_not_tracked(pggit):
    for line in ("status", "log", "commit -m x", "fsck", "branch", "upgrade", "uninstall --yes", "config on_error"):
        found = pggit(*line.split())
        assert found.status == 6, line
        assert found.err == "pggit: this database is not tracked\nhint: pggit init installs pgGit in it.\n"


def test_no_such_database(program, database):
    found = program("--db", database.url.replace(database.name, "not_there"), "status")
    assert found.status == 4
    assert "not_there" in found.err


def test_no_rights(shop, program, role, database):
    stranger = database.url_as(role())
    for line in (
        "status",
        "log",
        "commit -m x",
        "fsck",
        "uninstall --yes",
        "branch",
        "clone create y",
        "template build",
    ):
        found = program("--db", stranger, *line.split())
        assert found.status == 5, found
        assert "permission denied" in found.err


def test_without_event_triggers(program, role, make_database, server):
    database = make_database()
    owner = role()
    server.admin.execute(f"alter database {database.name} owner to {owner}")
    url = database.url_as(owner)
    installed = program("--db", url, "init")
    assert installed.status == 0
    assert "snapshots" in installed.out
    database.connect(user=owner).execute("create schema mine create table t (id int)")
    told = program("--db", url, "status").out
    assert "comparing snapshots" in told
    assert "mine.t" in told
    assert program("--db", url, "commit", "-m", "Mine").status == 0


def test_a_server_that_goes_away(shop, monkeypatch):
    from pggit.repo.repository import Repository

    status = Repository.status

    def shot(self):
        with contextlib.suppress(psycopg.Error):
            self.connection.execute("select pg_terminate_backend(pg_backend_pid())")
        return status(self)

    monkeypatch.setattr(Repository, "status", shot)
    found = shop("status")
    assert found.status == 4
    assert found.err.count("\n") <= 2
    monkeypatch.setattr(Repository, "status", status)
    assert "The shop" in shop("log").out


def test_broken_sql(shop, tmp_path):
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "1.sql").write_text("create table ok (id int);\ncreate tabel broken (id int);\n")
    found = shop("diff", "work", "dir:schema")
    assert found.status == 7
    assert "1.sql" in found.err
    assert "tabel" in found.err


@pytest.mark.parametrize(
    "line", ["diff empty dir:schema", "diff empty schema/1.sql", "plan empty dir:schema", "import --migrations schema"]
)
def test_a_zero_byte_is_not_the_end_of_a_file(shop, tmp_path, line):
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "1.sql").write_bytes(b"create table one (id int);\n\0\ncreate table two (id int);\n")
    (tmp_path / "schema" / "2.sql").write_text("create table three (id int);\n")
    found = shop(*line.split())
    assert found.status == 2
    assert "1.sql has a zero byte (byte 27)" in found.err


def test_settings_that_are_wrong(program, tmp_path, monkeypatch):
    (tmp_path / ".pggit.toml").write_text("colour = 'always'")
    found = program("status")
    assert found.status == 2
    assert "did you mean 'color'?" in found.err
    (tmp_path / ".pggit.toml").write_text("")
    monkeypatch.setenv("PGGIT_DEBUG", "perhaps")
    assert "must be on or off" in program("status").err


def test_faults_are_told_without_a_traceback(program, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError(f"no wonder with postgresql://me:{SECRET}@host/x")

    monkeypatch.setattr("pggit.db.connect.connect", broken)
    found = program("status")
    assert found.status == 70
    assert "a fault of pgGit itself: RuntimeError" in found.err
    assert "PGGIT_DEBUG" in found.err
    assert "Traceback" not in found.err
    monkeypatch.setenv("PGGIT_DEBUG", "1")
    found = program("status")
    assert "Traceback" in found.err
    assert SECRET not in found.err


def test_interrupted(program, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pggit.db.connect.connect", interrupted)
    assert program("status").status == 130


def test_a_broken_pipe_is_silent(tmp_path: Path):
    code = (
        "import os, sys; from pggit.cli.main import main;"
        "r, w = os.pipe(); os.close(r); os.dup2(w, 1); sys.exit(main(['--help']))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 141
    assert found.stderr == ""
