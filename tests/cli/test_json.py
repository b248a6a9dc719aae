"""What every command prints for programs: one document, with the documented fields, and nothing else."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import pggit
from pggit.cli.app import MODULES
from pggit.core.tree import root
from pggit.kinds.reader import read_state
from pggit.plan.model import Plan, to_json
from pggit.work.pull import take_over
from work.gitrepos import GitRepo

COMMIT = {"hash", "parents", "author", "time", "message", "refs"}
CHANGE = {"verb", "group", "key", "old", "new", "old_key"}
CHANGED = {"statements", "dry_run", "kept", "returned", "resumed"}
CLONE = {"servers", "name", "url", "template", "source", "strategy", "milliseconds", "expires", "remarks"}
REQUEST = {"request", "revision", "revisions", "demands", "approvals", "signatures", "obstacles", "moved", "markdown"}
FIELDS = {
    "status": {"branch", "head", "clean", "changes", "unseen", "tracked_by", "upstream", "pending"},
    "status --coverage": {"not_modelled"},
    "diff v1 work": {"changes"},
    "merge --check main side": {"outcome", "ours", "theirs", "conflicts", "changes", "refused", "findings", "markdown"},
    "conflicts": {"merge", "conflicts"},
    "resolve --all --ours": {"resolved", "choice"},
    "merge --abort": {"outcome", "ours", "theirs"},
    "log": {"commits"},
    "show": {"commit", "changes"},
    "blame public.customers": {"objects"},
    "history": {"events"},
    "reflog": {"moves"},
    "branch": {"branches"},
    "branch b": {"branch", "action", "hash"},
    "branch -v": {"base", "standings"},
    "branch --merged": {"branches"},
    "branch -m b c2": {"branch", "action", "hash"},
    "branch -d c2": {"branch", "action"},
    "show-branch v1": {"base", "standings"},
    "merge-base main v1": {"bases"},
    "rev-parse HEAD v1": {"hashes"},
    "describe": {"text", "tag", "distance", "hash"},
    "shortlog": {"authors"},
    "switch -c c": {"branch", "hash", "created", *CHANGED},
    "stash push": {"action", *CHANGED},
    "stash list": {"stashes"},
    "stash show": {"stash", "changes"},
    "stash kept": {"kept"},
    "stash pop": {"action", *CHANGED},
    "reset --hard --dry-run": {"hash", "hard", *CHANGED},
    "reset": {"hash", "hard", *CHANGED},
    "tag": {"tags"},
    "tag t": {"tag", "action", "hash"},
    "tag -d t": {"tag", "action"},
    "commit -m x": {"branch", "commit", "changes"},
    "switch main": {"branch", "hash", "created", *CHANGED},
    "protect": {"protected"},
    "protect release/*": {"protected"},
    "unprotect release/*": {"branch", "action"},
    "request open v": REQUEST,
    "request list": {"requests"},
    "request show 1": REQUEST,
    "request update 1": REQUEST,
    "request approve 1": REQUEST,
    "request reject 1": REQUEST,
    "request prove 1": REQUEST,
    "request merge 1 --dry-run": {
        "request",
        "outcome",
        "ours",
        "theirs",
        "hash",
        "conflicts",
        "refused",
        "findings",
        *CHANGED,
    },
    "request close 1": REQUEST,
    "cherry-pick c": {"hash", *CHANGED},
    "rebase c": {"hash", "branch", "put", "there", "waiting", *CHANGED},
    "revert HEAD --dry-run": {"hash", *CHANGED},
    "plan HEAD work": {
        "pggit_plan",
        "digest",
        "source",
        "target",
        "from_hash",
        "to_hash",
        "major",
        "optional",
        "role",
        "statements",
        "ignored",
        "notes",
        "renames",
    },
    "export out --dry-run": {"directory", "files", "written", "removed", "kept", "secrets"},
    "drift HEAD": {"drift", "state", "ignored", "history", "objects"},
    "bisect HEAD HEAD~1 --dry-run --run true": {"suspects", "steps", "next"},
    "prove p.json": {"proven", "on", "checks", "not_exercised", "notes"},
    "sign": {"signed", "fingerprint"},
    "verify --all": {"verified", "commits", "tags", "findings", "trees", "definitions"},
    "log --show-signature": {"commits", "signatures"},
    "anchor anchors": {"file", "record", "hash", "refs", "commits"},
    "fsck": {"findings"},
    "fsck --anchor anchors": {"findings", "records"},
    "gc": {"removed"},
    "health": {"checks"},
    "pause 0": {"seconds"},
    "config": {"settings"},
    "config check": {"file", "findings", "checks"},
    "config on_error": {"name", "value"},
    "config on_error block": {"name", "value"},
    "init": {"database", "dry_run", "action", "version", "tracked_by", "head"},
    "init --print": {"sql"},
    "upgrade": {"set_aside", "action", "version", "tracked_by", "head"},
    "grant reader pg_monitor": {"level", "role"},
    "revoke pg_monitor": {"level", "role"},
    "import --migrations m": {"commits", "branch", "tip", "matches"},
    "import --git g": {"directory", "commits", "loaded", "broken", "refs"},
    "apply p.json --dry-run": {"already", "resumed_from", "steps", "checked"},
    "apply p.json --yes": {
        "already",
        "statements",
        "of",
        "resumed_from",
        "retries",
        "rows",
        "seconds",
        "hash",
    },
    "template build": {
        "name",
        "hash",
        "source",
        "base",
        "built",
        "milliseconds",
        "files",
        "bytes",
        "remarks",
    },
    "template list": {"templates"},
    "template verify": {"templates"},
    "template gc --older-than 0": {"dry_run", "dropped"},
    "clone create json_clone": CLONE,
    "clone list": {"clones"},
    "clone reset json_clone": CLONE,
    "clone drop json_clone": {"dropped"},
    "clone gc": {"dropped", "in_use"},
    "worktree add json_tree main": {"worktree", "branch", "commit"},
    "worktree list": {"worktrees"},
    "worktree prune --older-than 0 --dry-run": {"dry_run", "removed", "kept"},
    "worktree remove json_tree": {"removed"},
    "deploy HEAD --to REMOTE --yes --no-prove": {
        "remote",
        "database",
        "state",
        "already",
        "dry_run",
        "from_hash",
        "hash",
        "plan",
        "statements",
        "backup",
        "proof",
        "resumed",
        "reconnects",
        "seconds",
        "steps",
        "checked",
    },
    "remote add r OTHER": {"remote", "action"},
    "remote list": {"remotes"},
    "remote -v": {"remotes"},
    "fetch r": {"remote", "refs", "sent", "remarks"},
    "push r v1:copy": {"remote", "refs", "sent", "remarks"},
    "pull r main": {"remote", "branch", "hash", "commits", *CHANGED},
    "remote remove r": {"remote", "action"},
    "uninstall --yes": {"database", "action", "kept"},
    "server status": {"running", "pid", "data"},
    "pool status": {"pools"},
}


def stop_a_merge(shop, sql):
    """Leave a merge of branch side open, at a conflict."""
    for branch, price in (("side", "numeric(11,2)"), ("main", "numeric(12,2)")):
        shop("switch", *(["-c"] if branch == "side" else []), branch)
        sql(f"alter table products alter price type {price}")
        assert shop("commit", "-m", price).status == 0
    assert shop("merge", "side").status == 1


def make_a_branch(shop, sql):
    """Leave a branch ``v`` with one more view."""
    shop("switch", "-c", "v")
    sql("create view v as select 1 as a")
    assert shop("commit", "-m", "A view").status == 0
    assert shop("switch", "main").status == 0


def test_every_command_prints_its_document(shop, sql, tmp_path, database, make_database):
    make_a_branch(shop, sql)
    stop_a_merge(shop, sql)
    remote, other = make_database().url, make_database().url
    with pggit.open(other) as taking, pggit.open(database.url) as giving:
        take_over(taking, giving, "origin", None)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], check=True)
    (tmp_path / "allowed").write_text(f"ann@example.com {(tmp_path / 'key.pub').read_text()}")
    (tmp_path / ".pggit.toml").write_text('signing_key = "key"\nallowed_signers = "allowed"\n')
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "1_a.sql").write_text("create table a (id int);")
    GitRepo(tmp_path / "g").commit({"a.sql": "create table a (id int);"})
    sql("create table fresh (id int)")
    now = root(read_state(database.connect()))[1]
    (tmp_path / "p.json").write_text(to_json(Plan("work", "work", now, now, database.version)))
    for line, fields in FIELDS.items():
        found = shop("--json", *line.replace("REMOTE", remote).replace("OTHER", other).split())
        assert set(found.json) == fields, (line, found)
        assert found.err == "", line
        assert found.status in (0, 1), line


def test_every_command_is_in_the_table():
    assert {line.split()[0] for line in FIELDS} == set(MODULES)


def test_fields_of_results(shop, sql):
    sql("alter table customers add points int")
    assert set(shop("status", "--json").json["changes"][0]) == CHANGE
    commit = shop("log", "--json").json["commits"][0]
    assert set(commit) == COMMIT
    assert re.match(r"\d{4}-\d\d-\d\dT", commit["time"])
    assert commit["refs"] == ["heads/main", "tags/v1"]
    assert shop("commit", "-m", "Points", "--json").json["commit"]["message"] == "Points"


@pytest.mark.parametrize("arguments", [["--json", "log", "nope"], ["log", "nope", "--json"]])
def test_errors_are_documents_too(shop, arguments):
    found = shop(*arguments)
    assert found.status == 3
    assert found.json["error"]["code"] == "not_found"
    assert set(found.json["error"]) == {"code", "message", "hint"}
    assert found.err == ""


def test_wrong_options_are_documents_too(program):
    found = program("log", "--nope", "--json")
    assert (found.status, found.json["error"]["code"]) == (2, "usage")


def test_fields_are_documented():
    text = (Path(__file__).parents[2] / "docs" / "reference" / "json.md").read_text()
    for fields in [*FIELDS.values(), COMMIT, CHANGE]:
        for field in fields:
            assert f"`{field}`" in text, field
