"""Anchors: histories that are really rewritten by a superuser, and what is found of it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import pggit
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.anchors import parse_anchor
from pggit.core.errors import NotFound, PermissionDenied, Refused, UsageError
from pggit.repo.repository import Repository
from pggit.repo.signing import load_signer, sign_commits, verify
from pggit.repo.signing.anchor import compare, write_anchor
from servers import session

# what somebody does who may write to all tables: every commit anew with another author, and the refs moved to the new ones
REWRITE = """
do $$
declare
  this record;
  made bytea;
  parent bytea;
  map jsonb := '{}';
begin
  for this in select * from pggit.commit order by generation loop
    parent := decode(map ->> encode(this.parents[1], 'hex'), 'hex');
    made := pggit.commit_hash(this.tree, array_remove(array[parent], null), 'mallory', this.authored_at, this.message);
    insert into pggit.commit values (made, this.tree, array_remove(array[parent], null), 'mallory', this.authored_at, this.message, this.generation);
    map := map || jsonb_build_object(encode(this.hash, 'hex'), encode(made, 'hex'));
  end loop;
  update pggit.ref set commit = decode(map ->> encode(commit, 'hex'), 'hex');
  update pggit.reflog set old = decode(map ->> encode(old, 'hex'), 'hex'), new = decode(map ->> encode(new, 'hex'), 'hex');
  update pggit.commit_change set commit = decode(map ->> encode(commit, 'hex'), 'hex');
  delete from pggit.commit where author <> 'mallory';
end $$
"""


class History:
    """A repository with some commits, a branch and a tag, and a file of anchors."""

    def __init__(self, repo: Repository, directory: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / "key"], check=True)
        self.repo, self.file, self.signer = repo, directory / "anchors", load_signer(directory / "key")
        self.allowed = parse_allowed_signers(f"ann@example.com {self.signer.public}", "file")
        self.commits = [self.commit(f"t{n}") for n in range(3)]
        repo.create_branch("side", "HEAD~1")
        repo.create_tag("v1")

    def commit(self, table: str) -> str:
        self.sql(f"create table {table} (id int)")
        return self.repo.commit(table, author="ann").hash

    def sql(self, text: str) -> None:
        session(self.repo).execute(text.encode())

    def anchor(self, reason: str | None = None) -> None:
        write_anchor(self.repo, self.file, self.signer, reason=reason)

    def found(self, severity: str = "error") -> list[tuple[str, str]]:
        findings = compare(self.repo, self.file, self.allowed).findings
        return [(one.problem, one.object) for one in findings if one.severity == severity]

    def problems(self) -> set[str]:
        return {problem for problem, _ in self.found()}

    def clean(self) -> bool:
        return not compare(self.repo, self.file, self.allowed).findings


@pytest.fixture
def history(repo: Repository, tmp_path: Path) -> History:
    """A history that was anchored once."""
    made = History(repo, tmp_path)
    made.anchor()
    return made


def test_what_goes_on_is_no_finding(history):
    assert history.clean()
    head = history.repo.commit_info().hash
    (line,) = history.file.read_text().splitlines()
    said = json.loads(line)
    assert said["refs"]["heads/main"] == {"commit": head, "generation": 4} and said["commits"] == 4
    assert set(said["refs"]) == {"heads/main", "heads/side", "tags/v1"}
    history.commit("more")
    history.repo.create_branch("other")
    assert history.clean()
    history.anchor()
    history.repo.gc()
    assert history.clean()
    first, second = (parse_anchor(line) for line in history.file.read_text().splitlines())
    assert second.previous == first.hash and first.previous is None
    assert second.repository == first.repository


def test_what_an_upgrade_a_dump_or_a_copy_does_is_no_finding(
    history, database, make_database, server, pg_dump, tmp_path
):
    signed = sign_commits(history.repo, history.commits, history.signer)
    history.repo.upgrade()
    assert history.clean()
    restore = next(
        path
        for path in (server.bindir, Path(f"/usr/lib/postgresql/{server.version}/bin"))
        if (path / "pg_dump").exists()
    )
    pg_dump(database, "-Fc", "-f", str(tmp_path / "dump"))
    restored = make_database()
    subprocess.run([restore / "pg_restore", "-d", restored.url, tmp_path / "dump"], check=True)
    session(history.repo).close()
    history.repo.close()
    copied = make_database(database.name)
    for other in (database, restored, copied):
        with pggit.open(other.url) as repo:
            repo.status()
            assert compare(repo, history.file, history.allowed).findings == ()
            found = verify(repo, [f"{signed[0]}~1..main"], history.allowed)
            assert [one.status for one in found.commits] == ["good"] * 3


@pytest.mark.parametrize(
    ("how", "problems"),
    [
        ("update pggit.commit set author = 'mallory'", {"damaged commit"}),
        ("update pggit.commit set message = 'x' where parents = '{}'", {"damaged commit"}),
        (REWRITE, {"missing commit", "rewritten history", "rewritten reflog", "rewritten tag"}),
        (REWRITE.replace("delete from pggit.commit", "-- "),
         {"rewritten history", "rewritten reflog", "rewritten tag", "damaged history"}),
        ("delete from pggit.commit where hash = pggit.head()", {"missing commit", "damaged history"}),
        ("delete from pggit.commit where parents = '{}'", {"missing parent", "missing commit", "damaged history"}),
        ("truncate pggit.reflog", {"rewritten reflog", "missing entry", "unexplained ref"}),
        ("delete from pggit.reflog where id = 2", {"rewritten reflog", "missing entry"}),
        ("update pggit.reflog set who = 'ann' where id = 2", {"rewritten reflog"}),
        ("update pggit.blob set definition = '{}' where definition ->> 'type' = 'integer'", {"damaged definition"}),
        ("update pggit.ref set commit = (select commit from pggit.ref where name = 'heads/side') where name <> 'heads/side'",
         {"rewritten history", "unexplained ref", "rewritten tag"}),
        ("delete from pggit.ref where name = 'tags/v1'", {"rewritten history", "rewritten tag"}),
        ("update pggit.repository set identity = gen_random_uuid()", {"another repository"}),
    ],
)  # fmt: skip
def test_what_a_superuser_rewrote_is_found(history, how, problems):
    history.sql(how)
    assert history.problems() == problems
    with pytest.raises(Refused, match="the history is not that of") if "blob" not in how else pytest.raises(UsageError):
        history.anchor(reason="it was me")
        raise UsageError("definitions are hashed by fsck, not by every anchor")


def test_a_rewritten_history_is_whole_in_itself(history):
    """So nothing but the anchor tells."""
    history.sql(REWRITE)
    assert [one for one in history.repo.fsck() if one.problem != "drift"] == []
    errors = history.found()
    assert ("rewritten history", "heads/main") in errors and ("rewritten history", "tags/v1") in errors


def test_a_rewrite_with_a_forged_reflog_is_not_hidden(history):
    history.sql("create table old as select * from pggit.reflog")
    history.sql(REWRITE)
    history.sql(
        "truncate pggit.reflog; insert into pggit.reflog select * from old;"
        "insert into pggit.reflog (id, ref, old, new, who, message)"
        " select o.id + 100, r.name, o.new, r.commit, 'ann', 'commit: x' from pggit.ref as r join lateral"
        " (select * from old as l where l.ref = r.name order by id desc limit 1) as o on true"
    )
    assert history.problems() == {"missing commit", "missing entry"}  # and had they been left there:
    history.sql("insert into pggit.commit select decode(repeat('00', 32), 'hex'), tree, parents, author, authored_at, message,"
                " generation from pggit.commit limit 1")  # fmt: skip
    assert {problem for problem, _ in history.found("warning")} == {"moved"}


def test_what_was_moved_back_is_a_warning_and_noted_with_its_reason(history):
    repo = history.repo
    repo.reset_head("HEAD~1", "reset: moving to HEAD~1")
    assert history.found() == []
    assert history.found("warning") == [("moved", "heads/main")]
    findings = compare(repo, history.file, history.allowed).findings
    assert "as the reflog tells: reset: moving to HEAD~1" in findings[0].message
    with pytest.raises(Refused, match="heads/main is not where") as caught:
        history.anchor()
    assert "--reason" in (caught.value.hint or "")
    history.anchor(reason="ticket 12")
    assert (history.found(), history.found("warning")) == ([], [])
    assert history.found("note") == [("moved", "heads/main")]
    # and rows that were there when it was written down must stay
    history.sql("update pggit.reflog set message = 'commit: x' where message like 'reset%'")
    assert history.found() == [("rewritten reflog", "reflog")]


def test_deleted_moved_and_renamed_branches_and_tags_are_told_apart(history):
    repo, old, new = history.repo, history.commits[0], history.commits[2]
    repo.delete_branch("side")
    repo.delete_tag("v1")
    assert (history.found(), set(history.found("warning"))) == ([], {("deleted", "heads/side"), ("deleted", "tags/v1")})
    repo.create_tag("v1", old)
    repo.create_branch("side", new)  # which comes from where it was
    assert history.found() == []
    assert set(history.found("warning")) == {("deleted", "tags/v1"), ("moved", "tags/v1")}
    history.anchor(reason="tidied")
    repo.rename_branch("side", "elsewhere")
    assert (history.found(), history.found("warning")) == ([], [("renamed", "heads/side")])
    repo.rename_branch("elsewhere", "third")
    assert (history.found(), history.found("warning")) == ([], [("renamed", "heads/side")])
    # behind the back of the reflog it is something else
    history.sql("delete from pggit.ref where name = 'heads/third'")
    assert history.found() == [("rewritten history", "heads/side")]


def test_a_branch_whose_name_another_one_took(history):
    repo = history.repo
    repo.create_branch("new", "HEAD~3")
    repo.rename_branch("new", "side", force=True)
    assert history.found() == []
    assert ("deleted", "heads/side") in history.found("warning")


def test_a_file_that_was_edited(history, tmp_path):
    for n in range(3):
        history.commit(f"more{n}")
        history.anchor()
    lines = history.file.read_text().splitlines()

    def found(edited: list[str]) -> set[tuple[str, str]]:
        file = tmp_path / "edited"
        file.write_text("".join(f"{line}\n" for line in edited))
        findings = compare(history.repo, file, history.allowed).findings
        return {(one.problem, one.object) for one in findings if one.severity == "error"}

    assert found(lines) == set()
    assert found(lines[:-1]) == set()  # what is missing at the end nothing can tell
    assert found(lines[1:]) == {("broken chain", "record 1")}
    assert found([lines[0], *lines[2:]]) == {("broken chain", "record 2")}
    assert ("broken chain", "record 2") in found([lines[0], lines[2], lines[1], lines[3]])
    assert found([lines[0], lines[1][:50], *lines[2:]]) == {("damaged anchor", "record 2")}
    assert found([*lines, lines[0][:-9]]) == {("damaged anchor", "record 5")}
    assert found([lines[0].replace('": ', '":'), *lines[1:]]) == {("damaged anchor", "record 1")}
    for old, new in [
        ('"commits": 4', '"commits": 5'), ("heads/side", "heads/other"), (history.commits[2], history.commits[1]),
        ('"reason": null', '"reason": "x"'), ('"last": ', '"last": 1'), ("tag v1", "tag v2"),
        ('"server": 1', '"server": 2'),
    ]:  # fmt: skip
        edited = lines[0].replace(old, new, 1)
        assert edited != lines[0]
        problems = found([edited, *lines[1:]])
        assert ("broken chain", "record 2") in problems
        assert problems & {("bad signature", "record 1"), ("damaged anchor", "record 1")}


def test_records_by_others_do_not_count(history, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    write_anchor(history.repo, history.file, load_signer(tmp_path / "other"))
    assert history.found() == [("unknown signer", "record 2")]
    # signed by the right key, and for something else
    anchor = parse_anchor(history.file.read_text().splitlines()[0])
    for namespace in ("pggit", "pggit-approval"):
        object.__setattr__(anchor, "signature", history.signer.sign(anchor.payload, namespace))
        history.file.write_text(f"{anchor.line}\n")
        assert history.found() == [("bad signature", "record 1")]


def test_an_anchor_of_another_repository(history, make_database):
    with pggit.open(make_database().url) as other:
        other.init()
        findings = compare(other, history.file, history.allowed).findings
        assert {one.problem for one in findings} == {"another repository", "not compared"}
        with pytest.raises(Refused, match="another repository"):
            write_anchor(other, history.file, history.signer)


def test_files_that_cannot_be_used(history, tmp_path):
    with pytest.raises(NotFound, match="there is no file"):
        compare(history.repo, tmp_path / "none", history.allowed)
    (tmp_path / "empty").touch()
    with pytest.raises(NotFound, match="no anchor in"):
        compare(history.repo, tmp_path / "empty", history.allowed)
    with pytest.raises(UsageError, match="there is no directory"):
        write_anchor(history.repo, tmp_path / "none" / "file", history.signer)
    (tmp_path / "text").write_text("hello\n")
    with pytest.raises(UsageError, match="record 1: it is not JSON"):
        write_anchor(history.repo, tmp_path / "text", history.signer)
    assert (tmp_path / "text").read_text() == "hello\n"
    (tmp_path / "future").write_text('{"pggit_anchor": 3}\n')
    with pytest.raises(UsageError, match="format 3, known are 1 and 2"):
        write_anchor(history.repo, tmp_path / "future", history.signer)
    history.sql("update pggit.commit set author = 'x'")
    with pytest.raises(Refused, match="damaged commit"):
        write_anchor(history.repo, tmp_path / "new", history.signer)
    assert not (tmp_path / "new").exists()


def test_auditors_compare_and_readers_do_not(history, database, role):
    for level, allowed in (("auditor", True), ("reader", False)):
        name = role()
        history.repo.grant(level, name)
        with pggit.open(database.url_as(name)) as theirs:
            if allowed:
                findings = compare(theirs, history.file, history.allowed).findings
                assert [(one.problem, one.severity) for one in findings] == [("changed", "note")]
                continue
            with pytest.raises(PermissionDenied):
                compare(theirs, history.file, history.allowed)


def test_anchors_at_once_come_one_after_the_other(history, database):
    def anchor(_: int) -> None:
        with pggit.open(database.url) as mine:
            write_anchor(mine, history.file, history.signer)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(anchor, range(8)))
    assert len(history.file.read_text().splitlines()) == 9
    assert history.clean()


def test_an_anchor_that_is_killed_leaves_a_whole_file(history, database, tmp_path):
    """At points of a printed seed."""
    seed = int(os.environ.get("PGGIT_TEST_SEED", time.time_ns() % 10**6))
    print("seed", seed)
    chance = random.Random(seed)
    source = (
        "import sys, pathlib, pggit; from pggit.repo.signing import load_signer; from pggit.repo.signing.anchor import *\n"
        "repository = pggit.open(sys.argv[1]); signer = load_signer(sys.argv[3]); print('ready', flush=True)\n"
        "while True: write_anchor(repository, pathlib.Path(sys.argv[2]), signer)\n"
    )
    arguments = [sys.executable, "-c", source, database.url, str(history.file), str(tmp_path / "key")]
    for _ in range(4):
        running = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert running.stdout
        running.stdout.readline()
        time.sleep(chance.random() * 0.3)
        running.kill()
        running.wait()
        running.stdout.close()
        assert history.clean()
    history.anchor()
    assert history.clean()


def test_signatures_and_anchors_together(history):
    sign_commits(history.repo, history.commits, history.signer)
    assert history.clean()
