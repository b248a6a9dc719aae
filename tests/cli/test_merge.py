"""`pggit merge`, `pggit conflicts`, `pggit resolve`."""

from __future__ import annotations

import json

import pytest

CONFLICT = {"class", "key", "group", "attributes", "base", "ours", "theirs", "together", "message"}


@pytest.fixture
def sides(shop, sql):
    """Make a branch ``side`` with one change and go back to main with another."""

    def make(theirs, ours):
        sql("alter table customers add note text")
        assert shop("commit", "-m", "Note").status == 0
        assert shop("switch", "-c", "side").status == 0
        sql(theirs)
        assert shop("commit", "-m", "Theirs").status == 0
        assert shop("switch", "main", "--yes").status == 0
        sql(ours)
        assert shop("commit", "-m", "Ours").status == 0

    return make


def test_a_clean_merge(shop, sides, tmp_path):
    sides("alter table products add colour text", "alter table products add weight int")
    dry = shop("merge", "side", "--dry-run")
    assert "alter table public.products add column colour text" in dry.out
    checked = shop("merge", "--check", "main", "side")
    assert checked.status == 0
    assert checked.lines[:3] == ["## Merging `side` into `main`", "", "**Merges cleanly**; the merged schema loads."]
    assert "new:       column public.products.colour" in checked.lines
    done = shop("merge", "side", "-m", "Both", "--plan", str(tmp_path / "plan.json"))
    assert (done.status, done.err) == (0, done.err)
    assert done.out.startswith("Merged: HEAD is at ")
    assert (
        json.loads((tmp_path / "plan.json").read_text())["target"] == shop("log", "--json").json["commits"][0]["hash"]
    )
    assert shop("status", "--json").json["clean"]
    assert shop("merge", "side").out == "Already up to date.\n"
    assert shop("conflicts").out == "No merge is open.\n"


def test_conflicts_and_how_they_are_resolved(shop, sides, sql, tmp_path):
    sides(
        "alter table products alter price type numeric(11,2); alter table customers alter name type varchar(50)",
        "alter table products alter price type numeric(12,2); alter table customers alter name type varchar(60)",
    )
    stopped = shop("merge", "side")
    assert stopped.status == 1
    assert stopped.lines[:4] == [
        "conflict: column public.customers.name  (both changed)",
        "    base   type: text",
        "    ours   type: character varying(60)",
        "    theirs type: character varying(50)",
    ]
    assert "pggit resolve OBJECT" in stopped.lines[-1]
    assert shop("conflicts").status == 1
    assert shop("conflicts").lines[-1] == "2 of 2 to resolve."
    assert shop("merge", "--continue").status == 1
    assert shop("resolve", "public.customers.name", "--theirs", "--reason", "it fits").status == 0
    (tmp_path / "fix.sql").write_text("alter table products alter price type numeric(14,4)")
    assert shop("resolve", "public.products.price", "--sql", "fix.sql").lines == [
        "resolved (sql): column public.products.price"
    ]
    told = shop("conflicts", "--json").json
    assert told["merge"] == "side"
    assert set(told["conflicts"][0]) == CONFLICT | {"choice", "reason", "who", "time"}
    assert [(one["choice"], one["reason"]) for one in told["conflicts"]] == [("theirs", "it fits"), ("sql", None)]
    ended = shop("merge", "--continue", "--yes", "--json").json
    assert (ended["outcome"], ended["conflicts"]) == ("merged", [])
    columns = shop("diff", "v1", "HEAD").out
    assert "numeric(14,4)" in columns
    assert "character varying(50)" in columns
    assert shop("status", "--json").json["clean"]


def test_resolving_in_an_editor(shop, sides, monkeypatch):
    sides("alter table products alter price type numeric(11,2)", "alter table products alter price type numeric(12,2)")
    shop("merge", "side")
    monkeypatch.setenv(
        "EDITOR",
        'sh -c \'grep -q numeric.11,2 "$0" && echo "alter table products alter price type numeric(13,2)" >> "$0"\'',
    )
    done = shop("resolve", "public.products.price", "--edit")
    assert done.lines == ["resolved (edit): column public.products.price"], done.err
    assert shop("merge", "--continue", "--yes").status == 0
    assert "numeric(13,2)" in shop("diff", "v1", "HEAD").out


def test_for_a_pull_request(shop, sides):
    sides("alter table products alter price type numeric(11,2)", "alter table products alter price type numeric(12,2)")
    found = shop("merge", "--check", "main", "side")
    assert found.status == 1
    assert "| `column public.products.price` | both changed | `type` |" in found.lines
    assert set(shop("merge", "--check", "main", "side", "--json").json["conflicts"][0]) == CONFLICT
    assert shop("conflicts").out == "No merge is open.\n"


def test_what_does_not_load(shop, sides):
    sides("create view titles as select title from products", "alter table products drop column title cascade")
    found = shop("merge", "side")
    assert found.status == 1
    assert found.lines[:2] == [
        "conflict: column public.products.title  (uses what is dropped)",
        "    view public.titles uses column public.products.title",
    ]
    assert (
        "| `column public.products.title` | uses what is dropped | view public.titles uses column public.products.title |"
        in shop("merge", "--check", "main", "side").out
    )
    assert shop("resolve", "public.products.title", "--ours").status == 0
    assert shop("merge", "--continue").status == 0


def test_what_no_longer_works(shop, sides):
    sides(
        "create function dear() returns text language plpgsql as 'begin return (select max(note) from customers); end'",
        "alter table customers drop column note",
    )
    found = shop("merge", "side")
    assert (found.status, found.lines[0]) == (
        1,
        "body-names: function public.dear(): its body uses column note, which is not there",
    )
    assert "| `function public.dear()` | body-names |" in shop("merge", "--check", "main", "side").out
    assert shop("merge", "side", "--json").json["findings"][0]["rule"] == "body-names"
    done = shop("merge", "side", "--accept", "body-names", "--reason", "unused")
    assert done.out.startswith("Merged")
    assert "Reason: unused" in shop("log").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["merge"], "needs one state"),
        (["merge", "a", "b"], "needs one state"),
        (["merge", "--check", "main"], "needs two states"),
        (["merge", "--abort", "main"], "takes no state"),
        (["merge", "--abort", "--continue"], "exclude one another"),
        (["merge", "main", "--strategy", "both"], "--strategy is one of"),
        (["merge", "main", "--accept", "luck", "--reason", "x"], "there is no rule luck"),
        (["merge", "main", "--accept", "body-names"], "go together"),
        (["resolve", "--ours"], "nothing is named"),
        (["resolve", "--all"], "needs one of"),
        (["resolve", "a", "--ours", "--theirs"], "needs one of"),
    ],
)
def test_used_wrongly(shop, arguments, said):
    found = shop(*arguments)
    assert (found.status, said in found.err) == (2, True), found.err


def test_refused(shop, sides):
    assert shop("merge", "nowhere").status == 3
    for arguments in (["merge", "--abort"], ["merge", "--continue"], ["resolve", "--all", "--ours"]):
        found = shop(*arguments)
        assert (found.status, "no merge is open" in found.err) == (6, True)
    sides("alter table products alter price type numeric(11,2)", "alter table products alter price type numeric(12,2)")
    assert shop("merge", "side", "--strategy", "fail").status == 1
    assert shop("merge", "--abort").status == 6
    assert shop("merge", "side").status == 1
    assert shop("resolve", "public.nothing", "--ours").status == 3
    assert shop("resolve", "public.products.price", "--sql", "nowhere.sql").status == 3
    given = shop("merge", "--abort")
    assert given.out == "The merge of side is given up.\n"
