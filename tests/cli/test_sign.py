"""`pggit sign`, `verify`, `anchor`, `fsck --anchor`, and what signs by itself."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest


def make_key(name: str, passphrase: str = "") -> None:
    """A private key in the directory, and its line in allowed_signers."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", name], check=True)
    with Path("allowed_signers").open("a") as file:
        file.write(f"{name}@example.com {Path(f'{name}.pub').read_text()}")


@pytest.fixture
def signing(shop, tmp_path):
    """The shop, with a key in the settings."""
    make_key("ann")
    (tmp_path / ".pggit.toml").write_text('signing_key = "ann"\nallowed_signers = "allowed_signers"\n')
    return shop


def statuses(pggit, *arguments: str) -> dict[str, str]:
    """Status by message of what is verified."""
    found = pggit("verify", *arguments, "--json").json
    return {one["message"]: one["status"] for one in [*found["commits"], *found["tags"]]}


def test_signed_commits_and_tags(signing):
    assert signing("commit", "-S", "--allow-empty", "-m", "Signed").status == 0
    assert signing("tag", "-s", "v2", "-m", "Second").status == 0
    shown = signing("verify", "v2")
    assert shown.status == 0
    assert shown.lines[0].startswith("good      tag v2 at ")
    assert "Signature: good, ann@example.com SHA256:" in shown.lines[1]
    assert [line.split()[0] for line in shown.lines if line[0] != " "][:4] == ["good", "good", "unsigned", "unsigned"]
    assert shown.lines[-1].startswith("3 commits, ") and shown.lines[-1].endswith("hashed: sound.")
    assert signing("verify", "--require").status == 1
    assert signing("verify", "HEAD~1..HEAD", "--require").status == 0
    assert "This key has signed" in signing("sign").out
    assert signing("sign", "HEAD~2..HEAD").out.startswith("Signed ")
    assert statuses(signing, "--all")["The shop"] == "good"
    assert "Signature: good" in signing("log", "--show-signature", "-n", "1").lines[1]
    assert "Signature" not in signing("log").out


def test_unknown_keys_and_bad_signatures(signing, sql, monkeypatch):
    signing("sign")
    Path("allowed_signers").write_text("# nobody\n")
    assert signing("verify").status == 1
    monkeypatch.delenv("PGGIT_ALLOWED_SIGNERS", raising=False)
    Path(".pggit.toml").write_text("")
    assert signing("verify").status == 0  # it is not known who counts
    assert signing("verify", "--require").status == 1
    sql("update pggit.signature set signed_at = now()")
    assert signing("verify").status == 1
    assert "what is signed is not this" in signing("verify").out


def test_a_commit_that_says_something_else_is_not_shown_as_signed(signing, sql):
    signing("sign")
    assert "Signature: good" in signing("log", "--show-signature", "-n", "1").out
    sql("update pggit.commit set author = 'mallory', message = 'Backdoor' where hash = pggit.head()")
    for shown in (
        signing("log", "--show-signature", "-n", "1").out,
        signing("verify").out.split("Backdoor")[1].split("\n")[1],
    ):
        assert "good" not in shown
        assert "the commit says something else" in shown
    assert signing("verify").status == 1
    assert statuses(signing)["Backdoor"] == "bad"


def test_with_sign_on_everything_is_signed(signing, sql, monkeypatch):
    monkeypatch.setenv("PGGIT_SIGN", "on")

    def change(table: str) -> None:
        sql(f"create table {table} (id int)")
        assert signing("commit", "-m", table).status == 0

    assert signing("switch", "-c", "side").status == 0
    monkeypatch.setenv("PGGIT_SIGN", "off")
    change("theirs")
    monkeypatch.setenv("PGGIT_SIGN", "on")
    assert signing("switch", "main", "--yes").status == 0
    change("ours")
    assert signing("merge", "side", "-m", "merged").status == 0
    assert signing("revert", "HEAD~1").status == 0
    assert signing("switch", "-c", "picked", "v1").status in (0, 2)
    assert signing("cherry-pick", "HEAD").status == 6
    assert signing("tag", "v2", "-m", "second").status == 0
    assert signing("tag", "light").status == 0
    found = statuses(signing, "--all")
    assert {name: found[name] for name in ("ours", "merged", "second")} == dict.fromkeys(
        ("ours", "merged", "second"), "good"
    )
    assert found["theirs"] == "unsigned"
    assert next(status for name, status in found.items() if name.startswith("Revert")) == "good"


def test_a_rebase_signs_what_it_puts(signing, sql):
    assert signing("switch", "-c", "side").status == 0
    for n in range(2):
        sql(f"create table side{n} (id int)")
        signing("commit", "-m", f"side{n}")
    assert signing("switch", "main", "--yes").status == 0
    sql("create table ours (id int)")
    signing("commit", "-m", "ours")
    assert signing("switch", "side", "--yes").status == 0
    assert signing("rebase", "-S", "main", "--yes").status == 0
    found = statuses(signing)
    assert (found["side0"], found["side1"], found["ours"]) == ("good", "good", "unsigned")
    sql("create table more (id int)")
    signing("commit", "-m", "more")
    assert signing("switch", "main", "--yes").status == 0
    assert signing("cherry-pick", "-S", "side", "--dry-run").status == 0
    assert signing("cherry-pick", "-S", "side").status == 0
    assert statuses(signing, "HEAD~1..HEAD") == {"more": "good"}


@pytest.mark.parametrize(
    ("prepare", "message", "status"),
    [
        ("", "there is no key", 3),
        ("mkdir ann", "cannot read key", 2),
        ("ssh-keygen -q -t ed25519 -N '' -f x; mv x.pub ann", "is a public key", 2),
        ("echo hello > ann", "is no private key", 2),
        ("ssh-keygen -q -t ed25519 -N secret -f ann", "is protected by a passphrase", 2),
        ("ssh-keygen -q -t ed25519 -N secret -f ann; export PGGIT_SIGNING_PASSPHRASE", "the passphrase of key", 2),
    ],
)
def test_keys_that_cannot_sign_do_nothing(shop, tmp_path, monkeypatch, prepare, message, status):
    (tmp_path / ".pggit.toml").write_text('signing_key = "ann"\n')
    subprocess.run(prepare, shell=True, check=True)
    if "export" in prepare:
        monkeypatch.setenv("PGGIT_SIGNING_PASSPHRASE", "Wr0ng-Pass")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for line in (
        ["commit", "-S", "--allow-empty", "-m", "x"],
        ["tag", "-s", "t", "-m", "x"],
        ["sign"],
        ["anchor", "f"],
    ):
        found = shop(*line)
        assert (found.status, found.out) == (status, "")
        assert message in found.err and "hint: " in found.err
        assert "secret" not in found.err and "Wr0ng-Pass" not in found.err
    assert not Path("f").exists()
    assert len(shop("log", "--json").json["commits"]) == 2


def test_a_passphrase_comes_from_the_environment_or_is_asked_for(shop, tmp_path, monkeypatch, database):
    make_key("ann", "open sesame")
    (tmp_path / ".pggit.toml").write_text(
        'signing_key = "ann"\nallowed_signers = "allowed_signers"\nsigning_passphrase_env = "MY_WORD"\n'
    )
    monkeypatch.setenv("MY_WORD", "open sesame")
    assert shop("sign", "HEAD~1").status == 0
    assert "open sesame" not in shop("config").out
    monkeypatch.delenv("MY_WORD")
    monkeypatch.setenv("PGGIT_DB", database.url)
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "pggit", "sign"])
    seen = b""
    while b"Passphrase of" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"open sesame\n")
    while True:
        try:
            more = os.read(terminal, 1000)
        except OSError:
            break
        if not more:
            break
        seen += more
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, seen
    assert b"Signed " in seen and b"open sesame" not in seen
    assert set(statuses(shop).values()) == {"good"}


def test_allowed_signers_that_cannot_be_read(signing):
    Path("allowed_signers").write_text("ann\n")
    found = signing("verify")
    assert (found.status, found.out) == (2, "")
    assert "allowed_signers, line 1: there is no key" in found.err and "hint: A line is" in found.err
    Path("allowed_signers").unlink()
    assert "cannot read the allowed signers" in signing("verify").err
    assert signing("fsck", "--anchor", "anchors").status == 2


def test_anchors(signing, sql):
    first = signing("anchor", "anchors")
    assert first.out == "Record 1 of anchors: 2 branches and tags, 2 commits.\n"
    clean = signing("fsck", "--anchor", "anchors")
    assert clean.status == 0 and "what anchors says in 1 records" in clean.out
    signing("reset", "--hard", "HEAD~1", "--yes")
    warned = signing("fsck", "--anchor", "anchors")
    assert warned.status == 1
    assert warned.lines[1].split()[:3] == ["warning", "moved", "heads/main"]
    refused = signing("anchor", "anchors")
    assert refused.status == 6 and "--reason TEXT" in refused.err
    assert signing("anchor", "anchors", "--reason", " ").status == 2
    second = signing("anchor", "anchors", "--reason", "ticket 12", "--json").json
    assert second["record"] == 2 and set(second["refs"]) == {"heads/main", "tags/v1"}
    noted = signing("fsck", "--anchor", "anchors", "--json")
    assert noted.status == 0
    assert [(one["severity"], one["problem"]) for one in noted.json["findings"]] == [("note", "moved")]
    assert "ticket 12" in noted.json["findings"][0]["message"]
    sql("update pggit.commit set author = 'mallory'")
    found = signing("fsck", "--anchor", "anchors")
    assert found.status == 1
    assert found.out.count("damaged commit") == 2  # and not once more by fsck itself
    assert signing("fsck", "--anchor", "none").status == 3
    assert json.loads(Path("anchors").read_text().splitlines()[1])["reason"] == "ticket 12"
