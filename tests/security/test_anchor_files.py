"""Files of anchors that somebody edited: what is missing, exchanged, of another file, or no record at all."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import pggit
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.anchors import Anchor, parse_anchor
from pggit.core.errors import PgGitError, Refused, UsageError
from pggit.repo.repository import Repository
from pggit.repo.signing import ANCHOR_NAMESPACE, load_signer
from pggit.repo.signing.anchor import compare, write_anchor
from pggit.repo.signing.now import read_now, reading
from servers import Database


class Anchored:
    """A tracked database and a file of three records."""

    def __init__(self, repository: Repository, directory: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / "key"], check=True)
        self.repository, self.file, self.signer = repository, directory / "anchors", load_signer(directory / "key")
        self.key = self.signer.public
        repository.init()
        for n in range(3):
            self.sql(f"create table t{n} (id int)")
            repository.commit(f"t{n}")
            self.anchor()

    def sql(self, text: str) -> None:
        self.repository.connection.execute(text.encode())

    def anchor(self, reason: str | None = None) -> None:
        write_anchor(self.repository, self.file, self.signer, reason=reason)

    @property
    def lines(self) -> list[str]:
        return self.file.read_text().splitlines()

    def write(self, lines: list[str]) -> None:
        self.file.write_text("".join(f"{line}\n" for line in lines))

    def found(self, options: str = "") -> set[tuple[str, str]]:
        allowed = parse_allowed_signers(f"ann@example.com {options} {self.key}", "file")
        findings = compare(self.repository, self.file, allowed).findings
        return {(one.problem, one.object) for one in findings if one.severity == "error"}

    def signed(self, anchor: Anchor) -> str:
        return replace(anchor, signature=self.signer.sign(anchor.payload, ANCHOR_NAMESPACE)).line


@pytest.fixture
def anchored(database: Database, tmp_path: Path):
    with pggit.open(database.url) as repository:
        yield Anchored(repository, tmp_path)


def test_records_that_are_missing_or_exchanged(anchored: Anchored) -> None:
    one, two, three = anchored.lines
    for edited, expected in [
        ([one, two, three], set()),
        ([two, three], {("broken chain", "record 1")}),
        ([one, three], {("broken chain", "record 2")}),
        ([one, two, two, three], {("broken chain", "record 3")}),
        ([one, two, one, two, three], {("broken chain", "record 3")}),
    ]:
        anchored.write(edited)
        assert {(one, what) for one, what in anchored.found() if one != "rewritten history"} == expected
        assert not expected or pytest.raises(Refused, anchored.anchor)
    anchored.write([two, one, three])
    assert {
        ("broken chain", "record 1"),
        ("broken chain", "record 2"),
        ("broken chain", "record 3"),
    } <= anchored.found()


def test_records_of_two_files_do_not_make_one(anchored: Anchored) -> None:
    mine = anchored.lines
    anchored.file.unlink()
    for _ in range(2):
        anchored.anchor()
    theirs = anchored.lines
    anchored.write(mine)
    assert anchored.found() == set()
    anchored.write([mine[0], theirs[0], mine[1], theirs[1], mine[2]])
    assert ("broken chain", "record 2") in anchored.found()
    anchored.write([*mine, *theirs])
    assert ("broken chain", "record 4") in anchored.found()


def test_a_record_signed_again_by_its_own_key_breaks_the_chain(anchored: Anchored) -> None:
    one, two, three = anchored.lines
    anchored.write([one, anchored.signed(replace(parse_anchor(two), reason="x")), three])
    assert anchored.found() == {("broken chain", "record 3")}


def test_a_clock_that_was_set_back(anchored: Anchored) -> None:
    lines = anchored.lines
    last = parse_anchor(lines[-1])
    early = replace(last, time="2020-01-01T00:00:00.000000Z", previous=last.hash)
    anchored.write([*lines, anchored.signed(early)])
    assert ("broken chain", "record 4") in anchored.found()
    late = replace(last, time="2999-01-01T00:00:00.000000Z")
    anchored.write([*lines[:-1], anchored.signed(late)])
    assert anchored.found() == set()
    with pytest.raises(Refused, match="the clock of this machine is before that"):
        anchored.anchor()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ('valid-before="20200101Z"', "unknown signer"),
        ('valid-after="29990101Z"', "unknown signer"),
        ('namespaces="pggit"', "unknown signer"),
        ('namespaces="pggit-*",valid-after="20200101Z"', None),
    ],
)
def test_a_key_counts_for_what_and_when_it_may_sign(anchored: Anchored, options: str, problem: str | None) -> None:
    assert {one for one, _ in anchored.found(options)} == ({problem} if problem else set())


def test_an_anchor_of_another_repository(anchored: Anchored, make_database: Callable[..., Database]) -> None:
    with pggit.open(make_database().url) as other:
        other.init()
        findings = compare(other, anchored.file, parse_allowed_signers(f"ann {anchored.key}", "file")).findings
        assert {one.problem for one in findings} == {"another repository", "not compared"}


GARBAGE = [
    "hello", "{}", "[]", "null", "1", '"x"', '{"pggit_anchor": 2}', '{"pggit_anchor": true}', '{"pggit_anchor": 1.0}',
    '{"pggit_anchor": "2"}', '{"pggit_anchor": 1e999}', '{"pggit_anchor": [[[]]]}', "[" * 100_000, '{"a":' * 100_000,
    '{"pggit_anchor": ' + "9" * 5000 + "}", '{"pggit_anchor": 2, "commits": NaN}', "\x00", "{" + " " * 1_000_000,
    '{"pggit_anchor": 2, "time": "\\ud800"}',
]  # fmt: skip


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_not_a_record(anchored: Anchored, line: str) -> None:
    lines = anchored.lines
    anchored.write([*lines[:1], line, *lines[1:]])
    assert ("damaged anchor", "record 2") in anchored.found()
    with pytest.raises(UsageError, match="record 2: ") as caught:
        anchored.anchor()
    assert len(caught.value.message) < 300


CHANGES = [
    ("commits", "4"), ("commits", True), ("commits", 4.0), ("commits", None), ("refs", []), ("refs", {"main": {}}), ("time", "today"),
    ("time", 1), ("repository", 1), ("previous", "x"), ("reason", 1), ("signature", None), ("segments", {}), ("segments", None),
    ("rows", []), ("rows", {"a": "b"}), ("rows", {"a": 1}), ("credits", {}), ("engine", {}), ("more", 1),
    ("credits", {"open": [[1]], "rows": 0, "digest": "0" * 64}), ("credits", {"open": "x", "rows": 0, "digest": "0" * 64}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), CHANGES, ids=range(len(CHANGES)))
def test_a_record_of_another_form(anchored: Anchored, name: str, value: object) -> None:
    document = json.loads(anchored.lines[0])
    document[name] = value
    with pytest.raises(ValueError, match="it is not written as an anchor is"):
        parse_anchor(json.dumps(document))


def test_what_is_not_a_file(anchored: Anchored, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(UsageError, match="is not a regular file"):
            compare(anchored.repository, path, ())
        with pytest.raises(UsageError, match="is not a regular file"):
            write_anchor(anchored.repository, path, anchored.signer)


def format_1(anchored: Anchored) -> None:
    """Write one record as pgGit wrote them before."""
    with reading(anchored.repository):
        now = read_now(anchored.repository)
    last = parse_anchor(anchored.lines[-1])
    reflogs = now.reflogs
    anchored.write([anchored.signed(replace(last, said=reflogs[max(reflogs)], previous=None))])


def test_a_record_of_format_1_counts_for_what_it_covers(anchored: Anchored) -> None:
    format_1(anchored)
    assert json.loads(anchored.lines[0])["pggit_anchor"] == 1
    allowed = parse_allowed_signers(f"ann {anchored.key}", "file")
    (note,) = compare(anchored.repository, anchored.file, allowed).findings
    assert (note.problem, note.severity) == ("not covered", "note") and "pggit anchor" in note.message
    anchored.sql("update pggit.change set current_user_name = 'mallory' where id = 1")
    assert anchored.found() == set()
    anchored.sql("update pggit.change set current_user_name = null where id = 1")
    anchored.anchor()
    assert anchored.found() == set()
    anchored.sql("update pggit.change set current_user_name = 'mallory' where id = 1")
    assert anchored.found() == {("rewritten history", "history")}


@pytest.mark.parametrize(
    "how", ["update pggit.reflog set who = 'ann' where id = 2", "delete from pggit.reflog where id = 2"]
)
def test_a_record_of_format_1_finds_a_reflog_that_was_rewritten(anchored: Anchored, how: str) -> None:
    format_1(anchored)
    anchored.sql(how)
    assert ("rewritten reflog", "reflog") in anchored.found()
    with pytest.raises(PgGitError, match="the history is not that of"):
        anchored.anchor()
