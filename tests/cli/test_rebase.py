"""`pggit rebase` and `cherry-pick` by the command line."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def conflicting(shop, sql):
    """Branch feature with two commits, of which the second conflicts with main. HEAD is on feature."""
    shop("switch", "-c", "feature")
    sql("create table points (id int)")
    shop("commit", "-m", "Points")
    sql("alter table customers add level text")
    shop("commit", "-m", "Levels")
    shop("switch", "main")
    sql("alter table customers add level integer")
    shop("commit", "-m", "Levels are numbers")
    shop("switch", "feature")
    return shop


def test_a_rebase_with_a_conflict(conflicting, sql):
    short = conflicting("rev-parse", "--short", "feature").out.strip()
    stopped = conflicting("rebase", "main", "--yes")
    assert stopped.status == 1
    assert re.match(rf"Stopped at {short}; HEAD is detached at [0-9a-f]{{10}}\.\n", stopped.out)
    assert "  conflict: column public.customers.level\n" in stopped.out
    assert "--skip" in stopped.out
    assert conflicting("rev-parse", "--abbrev-ref", "HEAD").out == "HEAD\n"
    sql("alter table customers alter level type bigint")
    done = conflicting("rebase", "--continue", "--yes")
    assert done.status == 0
    assert re.match(r"feature is at [0-9a-f]{10}: 0 commits put\.\n", done.out)
    assert [line[11:].removeprefix("(HEAD -> feature) ") for line in conflicting("log", "--oneline", "main..").lines] == [
        "Levels", "Points",
    ]  # fmt: skip
    assert conflicting("rebase", "main").out == "feature is up to date.\n"


def test_skip_and_abort_and_json(conflicting):
    waiting = conflicting("rebase", "main", "--yes", "--json").json["waiting"]
    assert (waiting["branch"], waiting["onto"], len(waiting["todo"])) == ("feature", "main", 1)
    before = conflicting("rev-parse", "feature").out
    assert conflicting("rebase", "--abort", "--yes").out.startswith("The rebase is given up; feature is at")
    assert conflicting("rev-parse", "HEAD").out == before
    conflicting("rebase", "main", "--yes")
    assert conflicting("rebase", "--skip", "--yes").status == 0
    assert conflicting("show-branch", "main", "--json").json["standings"][0]["ahead"] == 1


def test_cherry_pick(conflicting):
    conflicting("switch", "main")
    refused = conflicting("cherry-pick", "main..feature", "--yes")
    assert refused.status == 6
    assert "column public.customers.level" in refused.err
    assert "create table public.points" in conflicting("cherry-pick", "feature~1", "--dry-run").out
    assert re.match(r"\[main [0-9a-f]{10}\] Points\n", conflicting("cherry-pick", "feature~1").out)
    assert "(cherry picked from commit" in conflicting("log", "-n", "1").out
