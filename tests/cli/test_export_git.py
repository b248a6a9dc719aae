"""`pggit export --git`."""

from __future__ import annotations

import pytest


def test_export_git(shop, tmp_path) -> None:
    pytest.importorskip("dulwich", reason="the extra git is not installed")
    done = shop("export", "--git", "shop.git")
    assert (done.status, done.out) == (0, "Wrote 2 commits to shop.git; refs moved: refs/heads/main, refs/tags/v1.\n")
    assert shop("export", "--git", "shop.git").out == "shop.git is as it should be.\n"
    assert shop("export", "--git", "shop.git", "--json").json == {
        "directory": "shop.git",
        "commits": 0,
        "refs": [],
        "secrets": [],
    }


def test_what_does_not_go_together(shop) -> None:
    assert shop("export", "--git", "shop.git", "--dry-run").status == 2
    assert shop("export", "--git", "shop.git", "--state", "v1").status == 2
