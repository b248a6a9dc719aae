"""Git repositories that somebody else prepared: exported to, and imported."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

import pggit
from pggit.core.errors import PgGitError, Refused
from pggit.files import Foreign
from pggit.settings import resolve
from pggit.work.gitimport import Want, import_git
from pggit.work.gitimport.source import Source
from pggit.work.gitmirror import export_git
from pggit.work.gitrepository import readable
from servers import Database

pytest.importorskip("dulwich", reason="the extra git is not installed")

PROGRAMS = ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "gpg.program", "core.alternateRefsCommand", "filter.x.clean", "filter.x.smudge", "diff.external", "credential.helper"]  # fmt: skip
HOOKS = ["pre-commit", "post-commit", "pre-receive", "update", "post-receive", "post-update", "reference-transaction", "post-checkout", "post-index-change"]  # fmt: skip


def run(directory: Path, *arguments: str) -> None:
    """Run git; who commits is always the same."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": "ann", f"GIT_{who}_EMAIL": "ann@example.com"}
    subprocess.run(["git", "-C", str(directory), *arguments], check=True, capture_output=True, env=env)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """An empty bare repository."""
    made = tmp_path / "bare.git"
    made.mkdir()
    run(made, "init", "-q", "--bare")
    return made


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A repository with commits, tags and packed objects."""
    made = tmp_path / "filled"
    made.mkdir()
    run(made, "init", "-q", "-b", "main")
    for number in range(4):
        (made / "t.sql").write_text(f"create table t (a int, b{number} int);\n")
        run(made, "add", "-A")
        run(made, "commit", "-q", "-m", f"number {number}")
        run(made, "tag", "-a", f"v{number}", "-m", "a tag")
        if number == 1:
            run(made, "gc", "-q")
    return made


def test_no_program_of_its_configuration_runs(tracked: Database, bare: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    for name in PROGRAMS:
        run(bare, "config", name, f"touch {marker}")
    run(bare, "config", "commit.gpgsign", "true")
    run(bare, "config", "core.hooksPath", str(bare / "hooks"))
    (bare / "info").mkdir(exist_ok=True)
    (bare / "info" / "attributes").write_text("* filter=x\n")
    (bare / "hooks").mkdir(exist_ok=True)
    for name in HOOKS:
        (bare / "hooks" / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (bare / "hooks" / name).chmod(0o755)
    with pggit.open(tracked.url) as repository:
        assert export_git(bare, repository).commits == 1
        import_git(bare, repository, Want())
    assert not marker.exists()


@pytest.mark.parametrize("place", ["", ".git"])
def test_that_of_somebody_else_is_not_used(
    tracked: Database, filled: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    real, foreign = os.lstat, os.path.realpath(filled / place)

    def lstat(path: str | Path, **more: int) -> os.stat_result:
        found = real(path, **more)
        return os.stat_result((*found[:4], 54321, *found[5:])) if str(path) == foreign else found

    monkeypatch.setattr(os, "lstat", lstat)
    safe = {"PGGIT_SAFE_DIRECTORY": str(filled), "PGGIT_DB": tracked.url}
    with pggit.open(tracked.url) as repository:
        for call in (lambda: export_git(filled, repository), lambda: import_git(filled, repository, Want())):
            with pytest.raises(Foreign, match="belongs to user 54321, and is not used") as refused:
                call()
            assert f"PGGIT_SAFE_DIRECTORY={filled}" in (refused.value.hint or "")
        settings = resolve(filled.parent, None, {}, {}, safe, {})
        assert import_git(filled, repository, Want(), settings=settings).commits == 4


def test_settings_that_make_no_sense_are_refused(tracked: Database, bare: Path) -> None:
    run(bare, "config", "core.worktree", "/")
    with pggit.open(tracked.url) as repository:
        with pytest.raises(Refused, match="cannot be read"):
            export_git(bare, repository)
        with pytest.raises(Refused, match="cannot be read"):
            import_git(bare, repository, Want())


@pytest.mark.parametrize("seed", range(60))
def test_damage_is_told_in_a_line(filled: Path, seed: int) -> None:
    """A file of the repository is cut off, overwritten in places, filled with noise, emptied, or a directory."""
    chance = random.Random(seed)
    files = sorted(path for path in (filled / ".git").rglob("*") if path.is_file() and "hooks" not in path.parts)
    path = chance.choice(files)
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    how = chance.randrange(5)
    if how == 0:
        content = content[: chance.randrange(len(content) + 1)]
    elif how == 1:
        for _ in range(4):
            content[chance.randrange(len(content))] = chance.randrange(256)
    elif how == 2:
        content = bytearray(chance.randbytes(200))
    else:
        content.clear()
    path.write_bytes(content)
    if how == 4:
        path.unlink()
        path.mkdir()
    try:
        with readable(filled):
            _read(filled)
    except PgGitError as error:
        assert error.message


def _written(directory: Path, kind: str, content: bytes) -> str:
    made = subprocess.run(
        ["git", "-C", str(directory), "hash-object", "-t", kind, "-w", "--stdin", "--literally"],
        input=content,
        capture_output=True,
        check=True,
    )
    return made.stdout.decode().strip()


def _named(directory: Path, name: str) -> str:
    done = subprocess.run(["git", "-C", str(directory), "rev-parse", name], capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("what", ["author", "tree", "folder", "parents", "file"])
def test_objects_of_another_kind_are_refused(filled: Path, what: str) -> None:
    head, tree = _named(filled, "HEAD"), _named(filled, "HEAD^{tree}")
    who = "x <x@example.com> 1 +0000"
    if what in ("folder", "file"):
        mode, one = (b"40000 t", head) if what == "folder" else (b"100644 t.sql", tree)
        tree = _written(filled, "tree", mode + b"\0" + bytes.fromhex(one))
    elif what == "tree":
        tree = head
    parents = f"parent {head}\nparent {head}\n" if what == "parents" else ""
    author = "nobody" if what == "author" else who
    text = f"tree {tree}\n{parents}author {author}\ncommitter {author}\n\nodd\n"
    odd = _written(filled, "commit", text.encode())
    source = Source(filled)
    with readable(filled):
        commit = source.commit(odd)
        if what in ("author", "parents"):
            assert commit.parents == ((head,) if what == "parents" else ())
            assert source.files(commit)
            return
        with pytest.raises(Refused, match=r"is not a (tree|blob)"):
            [source.content(blob) for blob in source.files(commit).values()]


def test_includes_are_not_followed(filled: Path, tmp_path: Path) -> None:
    """Neither to a file, of which a line would be shown, nor to a pipe that nobody writes to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with (filled / ".git" / "config").open("a") as file:
        file.write(f"[include]\n path = {pipe}\n[include]\n path = /etc/passwd\n")
    assert Source(filled).branches()


def _read(directory: Path) -> None:
    """Read all that there is."""
    source = Source(directory)
    try:
        tips = source.branches().values()
        assert isinstance(source.current, str | None)
        for commit in (*source.history(tips), *source.history(tag.commit for tag in source.tags())):
            source.key(commit)
            for blob in source.files(commit).values():
                source.content(blob)
    finally:
        source.close()
