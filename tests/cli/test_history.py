"""Looking at branches, tags and what lies between commits."""

from __future__ import annotations

import re
import sys

import pytest


@pytest.fixture
def forked(shop, sql):
    """Branch loyalty has two commits more than main, and main one; HEAD is on main."""
    shop("switch", "-c", "loyalty")
    sql("create table points (id int)")
    shop("commit", "-m", "Points", "--author", "Ann")
    sql("create table levels (id int)")
    shop("commit", "-m", "Levels", "--author", "ben")
    shop("switch", "main")
    sql("create table notes (id int)")
    shop("commit", "-m", "Notes", "--author", "Ann")
    return shop


def subjects(outcome) -> list[str]:
    return [re.sub(r"^\S+ (\(.*?\) )?", "", line) for line in outcome.lines]


def test_ranges(forked):
    assert subjects(forked("log", "--oneline", "main..loyalty")) == ["Levels", "Points"]
    assert subjects(forked("log", "--oneline", "loyalty..")) == ["Notes"]
    assert subjects(forked("log", "--oneline", "main...loyalty")) == ["Notes", "Levels", "Points"]
    assert subjects(forked("log", "--oneline", "main..loyalty", "public.points")) == ["Points"]
    assert forked("log", "main..main").out == ""
    since = forked("diff", "main...loyalty").out
    assert "points" in since and "notes" not in since
    assert forked("diff", "loyalty...main", "--", "public.notes").out.count("create table") == 1
    both = forked("diff", "main..loyalty").out
    assert "points" in both and "deleted table public.notes" in both


def test_the_graph_of_all_shows_children_first(forked, sql):
    lines = forked("log", "--graph", "--all", "--oneline").lines
    assert [re.sub(r"[0-9a-f]{10} (\(.*?\) )?", "", line) for line in lines] == [
        "* Notes", "| * Levels", "| * Points", "|/", "* The shop", "* Initial commit",
    ]  # fmt: skip


def test_merge_base(forked):
    base = forked("merge-base", "main", "loyalty")
    assert base.out == forked("rev-parse", "v1").out
    assert forked("merge-base", "main", "loyalty", "--all").out == base.out
    assert forked("merge-base", "v1", "main", "--is-ancestor").status == 0
    told = forked("merge-base", "loyalty", "main", "--is-ancestor")
    assert (told.status, told.out) == (1, "")


def test_rev_parse_and_describe(forked):
    assert re.fullmatch(r"[0-9a-f]{64}\n", forked("rev-parse", "HEAD").out)
    assert forked("rev-parse", "--short", "main", "HEAD").lines == [forked("rev-parse", "HEAD").out[:10]] * 2
    assert forked("rev-parse", "--abbrev-ref", "HEAD").out == "main\n"
    short = forked("rev-parse", "--short", "loyalty").out.strip()
    assert forked("describe", "loyalty").out == f"v1-2-g{short}\n"
    assert forked("describe", "v1").out == "v1\n"
    first = forked("rev-parse", "--short", "v1~1").out
    assert forked("describe", "v1~1").out == first
    assert forked("describe", "v1~1", "--json").json["tag"] is None


def test_shortlog(forked):
    assert forked("shortlog", "v1..loyalty").lines == ["Ann (1):", "      Points", "", "ben (1):", "      Levels", ""]
    assert forked("shortlog", "-s", "-n", "v1..main").lines == ["     1  Ann"]
    counted = forked("shortlog", "main...loyalty", "--json").json["authors"]
    assert [(one["author"], [c["message"] for c in one["commits"]]) for one in counted] == [
        ("Ann", ["Points", "Notes"]), ("ben", ["Levels"]),
    ]  # fmt: skip


def test_show_branch(forked):
    rows = {line.split()[-6 if line.startswith("*") else 0]: line for line in forked("show-branch").lines[1:]}
    loyalty = next(line for line in rows.values() if "loyalty" in line)
    assert re.search(r"loyalty +[0-9a-f]{10} +2 +1 +ben +\d{4}-\d\d-\d\d \d\d:\d\d +Levels", loyalty)
    standings = {one["branch"]["name"]: one for one in forked("show-branch", "loyalty", "--json").json["standings"]}
    assert (standings["main"]["ahead"], standings["main"]["behind"], standings["main"]["merged"]) == (1, 2, False)
    assert standings["loyalty"]["merged"]
    assert "ben" in forked("branch", "-v").out


def test_merged_branches(forked):
    forked("branch", "old", "v1")
    names = lambda *options: {one["name"] for one in forked("branch", *options, "--json").json["branches"]}  # noqa: E731
    assert names("--merged") == {"main", "old"}
    assert names("--no-merged") == {"loyalty"}
    assert names("--merged", "loyalty") == {"loyalty", "old"}
    assert forked("branch", "-d", "old").status == 0
    assert forked("branch", "-d", "loyalty").status == 6
    assert forked("branch", "-D", "loyalty").status == 0


def test_a_branch_is_renamed(forked):
    assert forked("branch", "-m", "loyalty", "points").out == "Branch loyalty is points now.\n"
    assert "Levels" in forked("reflog", "points").out
    assert forked("rev-parse", "points@{2}").out == forked("rev-parse", "points~1").out
    assert forked("branch", "-m", "points", "main").status == 6
    assert forked("branch", "-m", "trunk").out == "Branch main is trunk now.\n"
    assert forked("rev-parse", "--abbrev-ref", "HEAD").out == "trunk\n"
    assert forked("branch", "-M", "points", "trunk").status == 6  # the current one
    forked("branch", "free")
    assert forked("branch", "-M", "points", "free").status == 0
    assert "Levels" in forked("log", "free").out


@pytest.mark.parametrize("name", ["ünïcode", "with/slash", "quo'te", 'dou"ble', "per%cent", "semi;colon", "a--b"])
def test_names_with_odd_characters(shop, name):
    assert shop("branch", name).status == 0
    assert shop("branch", "-m", name, f"{name}2").status == 0
    assert shop("show-branch", f"{name}2").status == 0
    assert shop("merge-base", f"{name}2", "main").out == shop("rev-parse", "main").out
    assert shop("tag", "-a", name, "-m", "odd").status == 0
    assert shop("describe", f"heads/{name}2", "--json").json["distance"] == 0
    assert shop("branch", "-d", f"{name}2").status == 0


def test_annotated_tags(shop, monkeypatch, tmp_path):
    (tmp_path / ".pggit.toml").write_text("user_name = 'Release Team'")
    shop("tag", "plain")
    shop("tag", "-a", "v2.0", "-m", "Second release\n\nWith points.")
    shop("tag", "v1.5", "v1", "-m", "In between")
    tags = {one["name"]: one for one in shop("tag", "-l", "v*", "--json").json["tags"]}
    assert set(tags) == {"v1", "v1.5", "v2.0"}
    assert tags["v2.0"]["tagger"] == "Release Team"
    assert tags["v1"]["tagger"] is None
    assert "Second release" in shop("tag").out
    assert "plain" not in shop("tag", "-l", "v1*").out
    assert shop("describe").out == "v1.5\n"  # annotated ones first, the youngest of them
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[1], 'w').write('Third\\n# no\\n')")
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')
    assert shop("tag", "-a", "v3.0").status == 0
    assert shop("tag", "-l", "v3.0", "--json").json["tags"][0]["message"] == "Third"
