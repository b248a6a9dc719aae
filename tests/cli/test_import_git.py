"""`pggit import --git`."""

from __future__ import annotations

import pytest

from work.gitrepos import GitRepo

pytest.importorskip("dulwich", reason="the extra git is not installed")


def test_import_git(shop, tmp_path) -> None:
    git = GitRepo(tmp_path / "g")
    git.commit({"db/1_a.sql": "create table a (id int);"}, "one")
    git.commit({"db/1_a.sql": "create table a (id int);", "db/2_b.sql": "create tabel b ();"}, "two")
    failed = shop("import", "--git", "g", "--path", "db")
    assert failed.status == 7 and failed.out == ""
    assert "(two) does not load: 2_b.sql:1: syntax error" in failed.err and "--skip-broken" in failed.err
    done = shop("import", "--git", "g", "--path", "db", "--skip-broken")
    assert done.status == 0
    assert " does not load, and has the schema of its parent: 2_b.sql:1: syntax error" in done.lines[0]
    assert done.lines[1:2] == ["1 commits taken; 1 different schemas loaded."]
    assert done.lines[2].startswith("  main -> git/main  new at ") and len(done.lines) == 3
    assert done.err == (
        "branch main has commits that git has not: it stays. (pggit branch NEW git/main, then pggit switch NEW.)\n"
    )
    again = shop("import", "--git", "g", "--path", "db", "--branch", "legacy")
    assert again.lines[0].startswith("  main -> legacy  new at ") and again.err == ""
    assert shop("import", "--git", "g", "--path", "db", "--branch", "legacy").out == "Nothing is new.\n"
    assert shop("status").lines[-1] == "nothing to commit, the schema is as in HEAD"
    assert shop("switch", "legacy", "--yes").status == 0
    assert shop("import", "--git", "g", "--migrations", "db", "--json", "--skip-broken").json["commits"] == 2


def test_what_does_not_go_together(shop, tmp_path) -> None:
    for arguments in (
        ["--git", ".", "--path", "a", "--migrations", "b"],
        ["--path", "a"],
        ["main", "--migrations", "m"],
        ["--git", ".", "a", "b", "--branch", "c"],
        [],
    ):
        (tmp_path / "m").mkdir(exist_ok=True)
        assert shop("import", *arguments).status in (2, 6), arguments
