"""`pggit protect`, `pggit request`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import pggit as library
from pggit.work.request.review import review


@pytest.fixture
def side(shop, sql):
    """Commit one more column on branch ``side``, and go back to main."""
    assert shop("switch", "-c", "side").status == 0
    sql("alter table products add colour text; create index products_price on products (price)")
    assert shop("commit", "-m", "Colours\n\nof products").status == 0
    assert shop("switch", "main", "--yes").status == 0


@pytest.fixture
def approved(database, role, shop):
    """Approve request 1 as another role."""

    def approve(verdict="approve", note=None):
        name = role()
        assert shop("grant", "writer", name).status == 0
        with library.open(database.url_as(name)) as repo:
            review(repo, 1, verdict, note)
        return name

    return approve


def test_protect_lists_and_takes_off(shop):
    assert shop("protect").out == "No branch is protected.\n"
    assert shop("protect", "main").out == "main is protected: no direct commits.\n"
    told = "no direct commits, 2 signed approvals, not by authors, a proof"
    protected = shop("protect", "release/*", "--approvals", "2", "--signed", "--proof", "--not-author")
    assert protected.out == f"release/* is protected: {told}.\n"
    assert told in shop("protect").out
    listed = shop("protect", "--json").json["protected"]
    assert [(one["branch"], one["approvals"], one["proof"]) for one in listed] == [
        ("main", 0, False),
        ("release/*", 2, True),
    ]
    assert shop("unprotect", "main").out == "Took it off main.\n"
    assert len(shop("protect", "--json").json["protected"]) == 1


def test_a_direct_commit_is_refused_and_nothing_is_lost(shop, sql):
    shop("protect", "main")
    sql("alter table products add colour text")
    refused = shop("commit", "-m", "Colours")
    assert refused.status == 6
    assert "branch main is protected: it moves only by merging a request" in refused.err
    assert "pggit switch -c NAME takes along what is not committed" in refused.err
    assert shop("status", "--json").json["clean"] is False
    assert shop("switch", "-c", "colours").status == 0
    assert shop("commit", "-m", "Colours").status == 0
    opened = shop("request", "open")
    assert (opened.status, opened.err) == (0, "")
    assert shop("switch", "main").status == 0
    assert shop("request", "merge", "1").status == 0
    assert shop("status", "--json").json["clean"] is True


def test_a_review_from_end_to_end(shop, side, sql, approved):
    shop("protect", "main", "--approvals", "1", "--proof", "--not-author")
    assert shop("request", "list").err == "No request is open.\n"
    opened = shop("request", "open", "side", "--body", "See ticket 12.")
    assert opened.status == 0
    for line in (
        "request 1  open",
        "    Colours",
        "    See ticket 12.",
        "    new:       column public.products.colour",
        "    new:       index public.products_price",
        "Proof: none",
        "main is protected: no direct commits, 1 approval, not by authors, a proof.",
        "It cannot be merged yet: it has 0 of 1 approvals.",
        "It cannot be merged yet: it is not proven on main as that is now.",
    ):
        assert line in opened.lines, opened.out
    assert "HAZARD index-build" in opened.out
    assert "ShareUpdateExclusiveLock on table public.products: stops other DDL" in opened.out
    assert shop("request", "open", "side").status == 6
    listed = shop("request", "list").lines[1].split()
    assert (listed[0], listed[-5:]) == ("1", ["clean", "0", "of", "1", "no"])
    own = shop("request", "approve", "1")
    assert own.status == 6
    assert "request 1 is your own" in own.err
    refused = shop("request", "merge", "1")
    assert refused.status == 6
    assert "it has 0 of 1 approvals" in refused.err
    assert shop("request", "reject", "#1", "-m", "not today").lines[0].startswith("Rejected request 1, revision 1, ")
    who = approved(note="good")
    proven = shop("request", "prove", "1")
    assert proven.status == 0
    assert proven.lines[-1] == "Proven on seeded rows."
    shown = shop("request", "show", "1").out
    assert f"approved by {who}, " in shown
    assert "(revision 1): good" in shown
    assert "rejected it" in shown
    assert shop("request", "close", "1").out == "Request 1 is closed.\n"
    assert shop("request", "merge", "1").status == 6
    assert shop("request", "open", "side", "-m", "Again").lines[1] == "    Again"
    listed = shop("request", "list", "--all", "--json").json["requests"]
    assert [(one["id"], one["state"], one["approvals"], one["needed"]) for one in listed] == [
        (2, "open", 0, 1),
        (1, "closed", 1, 1),
    ]


def test_merging_and_its_record(shop, side, approved):
    shop("protect", "main", "--approvals", "1", "--proof")
    shop("request", "open", "side")
    who = approved()
    dry = shop("request", "merge", "1", "--dry-run")
    assert "alter table public.products add column colour text" in dry.out
    done = shop("request", "merge", "1", "--json", "--yes")
    assert done.status == 0, done.out
    assert (done.json["request"], done.json["outcome"]) == (1, "merged")
    assert "Proving the plan" in done.err
    message = shop("show", "--json").json["commit"]["message"]
    assert message == f"Merge request 1: Colours\n\nApproved-by: {who}"
    told = shop("request", "show", "1", "--json").json
    assert (told["request"]["state"], told["request"]["commit"]) == ("merged", done.json["hash"])
    assert told["revision"]["proof"]["proven"] is True
    assert told["revision"]["plan"]["pggit_plan"] == 1
    assert [one["counts"] for one in told["approvals"]] == [True]
    assert f"merged by {told['request']['ended_by']}" in shop("request", "show", "1").out


def test_markdown(shop, side, approved):
    shop("protect", "main", "--approvals", "2")
    shop("request", "open", "side")
    approved()
    text = shop("request", "show", "1", "--markdown").lines
    assert text[0] == "## Request 1: Colours"
    assert "- [ ] it has 1 of 2 approvals" in text
    assert "new:       column public.products.colour" in text
    assert "alter table public.products add column colour text;" in text
    assert "**Proof:** none" in text
    assert any(line.startswith("- approved by ") for line in text)


def test_conflicts(shop, side, sql):
    sql("alter table products add colour int")
    shop("commit", "-m", "Ours")
    opened = shop("request", "open", "side")
    assert opened.status == 0
    assert "conflict: column public.products.colour  (both added)" in opened.lines
    assert "It cannot be merged yet: it is in conflict with main." in opened.lines
    assert shop("request", "approve", "1").status == 6
    merged = shop("request", "merge", "1")
    assert merged.status == 1
    assert merged.lines[-1] == '  (merge main into side and resolve them there, then "pggit request update 1")'
    assert "column public.products.colour" in shop("request", "show", "1", "--markdown").out
    # as it says
    assert shop("switch", "side", "--yes").status == 0
    assert shop("merge", "main").status == 1
    assert shop("resolve", "--all", "--ours").status == 0
    assert shop("merge", "--continue", "--yes").status == 0
    updated = shop("request", "update", "1", "--json").json
    assert (updated["revision"]["number"], updated["obstacles"]) == (2, [])
    assert shop("switch", "main", "--yes").status == 0
    assert shop("request", "merge", "1", "--yes").status == 0


WRONG = [
    ("protect mian", 3, "there is no branch mian"),
    ("protect main --approvals -1", 2, "-1"),
    ("protect main --signed", 2, "none is needed"),
    ("protect --proof", 2, "no branch is named"),
    ("unprotect main", 3, "nothing protects main"),
    ("request open nowhere", 3, "there is no branch nowhere"),
    ("request open main", 2, "into itself"),
    ("request open side --into nowhere", 3, "there is no branch nowhere"),
    ("request show 7", 3, "there is no request 7"),
    ("request show x", 2, "'x' is no number of a request"),
    ("request update 7", 3, "there is no request 7"),
    ("request approve 7", 3, "there is no request 7"),
    ("request reject 7", 3, "there is no request 7"),
    ("request close 7", 3, "there is no request 7"),
    ("request prove 7", 3, "there is no request 7"),
    ("request prove 1 --rows real", 2, "--rows is none or seeded"),
    ("request merge 7", 3, "there is no request 7"),
    ("request merge 7 --accept x --reason y", 2, "there is no rule x"),
    ("request merge 7 --accept body-names", 2, "go together"),
    ("request what", 2, "what"),
]


def test_wrong_lines(shop, side):
    for line, status, message in WRONG:
        done = shop(*line.split())
        assert (done.status, done.out) == (status, ""), line
        assert message in done.err, line


def test_without_a_store(pggit):
    for line in ("protect", "protect main", "unprotect main", "request list", "request open", "request show 1"):
        assert pggit(*line.split()).status == 6, line


def test_signed_approvals(shop, side, tmp_path, monkeypatch):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], check=True)
    shop("protect", "main", "--approvals", "1", "--signed")
    shop("request", "open", "side")
    keyless = shop("request", "approve", "1", "-S")
    assert (keyless.status, "there is no key to sign with" in keyless.err) == (2, True)
    monkeypatch.setenv("PGGIT_SIGNING_KEY", "key")
    assert shop("request", "approve", "1").lines[1] == "It cannot be merged yet: it has 0 of 1 signed approvals."
    assert shop("request", "approve", "1", "-S").lines[1] == 'It can be merged (use "pggit request merge 1").'
    assert "(revision 1, signed)" in shop("request", "show", "1").out
    Path("allowed").write_text(
        "somebody@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8ZfJb3vVvN5mXqQ3m0m1vN3bVvX5mXqQ3m0m1vN3bV\n"
    )
    monkeypatch.setenv("PGGIT_ALLOWED_SIGNERS", "allowed")
    assert "signature does not count: its key is not among the allowed signers" in shop("request", "show", "1").out
    refused = shop("request", "merge", "1", "--yes")
    assert refused.status == 6
    assert "has 0 of 1 approvals whose signatures count" in refused.err
    Path("allowed").write_text(f"ann@example.com,postgres {Path('key.pub').read_text()}")
    assert "(revision 1, signed by ann@example.com)" in shop("request", "show", "1", "--markdown").out
    told = shop("request", "show", "1", "--json").json
    assert [(one["approval"], one["status"]) for one in told["signatures"]] == [(2, "good")]
    assert shop("request", "merge", "1", "--yes").status == 0
