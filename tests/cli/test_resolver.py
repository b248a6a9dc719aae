"""`pggit resolve` on a terminal: a real one, of the system's own."""

from __future__ import annotations

import os
import stat
import sys

import pytest

import pggit as library
from cli.terminals import Terminal
from pggit.work.merge.opened import open_merge

BODY = "create or replace function total(o int) returns numeric language sql as $$\n  select {}\n  from order_lines\n  where order_id = o\n$$"


@pytest.fixture
def stopped(shop, sql):
    """A merge of ``side`` that stopped at three conflicts."""
    sql(BODY.format("sum(quantity)"))
    shop("commit", "-m", "Total")
    for branch, size, what in (
        ("side", 11, "sum(quantity) -- side"),
        ("main", 12, "sum(quantity) * 2 -- \x1b[31mmain"),
    ):
        shop("switch", *(["-c"] if branch == "side" else []), branch, "--yes")
        sql(
            f"alter table products alter price type numeric({size},2); alter table customers alter name type varchar({size})"
        )
        sql(BODY.format(what))
        assert shop("commit", "-m", branch).status == 0
    assert shop("merge", "side").status == 1
    return shop


@pytest.fixture
def at(stopped, database, tmp_path):
    """Sit down at a terminal: ``at("resolve")``."""
    sitting = []

    def sit(*arguments, size=(120, 40), **more):
        environment = {
            **os.environ,
            "PGGIT_DB": database.url,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            **more,
        }
        sitting.append(Terminal(*arguments, environment=environment, size=size))
        return sitting[-1]

    yield sit
    for one in sitting:
        one.kill()


@pytest.fixture
def choices(database):
    """What is stored: (choice, reason) by key."""

    def read():
        with library.open(database.url) as repository:
            return {one.key: (one.choice, one.reason) for one in open_merge(repository).conflicts}

    return read


NAME, PRICE = "column public.customers.name", "column public.products.price"
TOTAL = "function public.total(integer)"


def test_one_after_the_other(at, choices, stopped):
    person = at("resolve", size=(150, 40))
    seen = person.wait("conflict 1 of 3, 3 to resolve")
    assert seen[1] == f"> {NAME}  (both changed)" and seen[2] == f"  {PRICE}  (both changed)"
    assert seen[5] == "both changed: type"
    assert [part.split() for part in (seen[6],)] == [["base", "ours", "theirs"]]
    assert "varying(12)" in "".join(seen[7:10]) and "varying(11)" in "".join(seen[7:10])
    assert seen[-1].startswith("o ours  t theirs  b base")
    person.type("t")
    person.wait("conflict 2 of 3, 2 to resolve")
    assert choices()[NAME] == ("theirs", None)
    person.type("r")
    person.wait("Reason:")
    person.type("it ist ein Preis x\x7fö\n")
    person.wait("reason: it ist ein Preis ö")
    person.type("b")
    seen = person.wait("conflict 3 of 3, 1 to resolve")
    assert choices()[PRICE] == ("base", "it ist ein Preis ö")
    # what would steer the terminal is not sent to it
    assert any("*   select sum(quantity) * 2 -- \\x1b[31mmain" in line for line in seen)
    person.type("p")
    assert f"> {PRICE}  (both changed)  = base" in person.wait("conflict 2 of 3")
    person.type("u")
    person.wait("2 to resolve")
    assert choices()[PRICE] == (None, None)
    person.type("o")
    person.wait("1 to resolve")
    person.type("so")
    person.wait("All are resolved: q, then pggit merge --continue.")
    person.type("q")
    status, said = person.end()
    assert status == 0
    assert said.endswith('\x1b[?1049lAll are resolved (use "pggit merge --continue" to end the merge).\r\n')
    assert choices() == {NAME: ("theirs", None), PRICE: ("ours", "it ist ein Preis ö"), TOTAL: ("ours", None)}
    assert stopped("merge", "--continue", "--yes").status == 0


def test_an_editor(at, choices, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\ncp "$1" "$PWD/seen.sql"; cat "$PWD/sql" >> "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "sql").write_text("alter table products alter price type numeric(14,")
    person = at("resolve", PRICE, "--reason", "bigger", EDITOR=str(editor))
    person.wait("conflict 1 of 1, 3 to resolve")
    person.type("e")
    person.wait("the SQL:")
    assert choices()[PRICE] == (None, None)
    assert "-- conflict: column public.products.price  (both changed)" in (tmp_path / "seen.sql").read_text()
    (tmp_path / "sql").write_text("alter table products alter price type numeric(14,4)")
    person.type("e")
    person.wait("as edited")
    assert choices()[PRICE] == ("sql", "bigger")
    person.type("t")
    person.wait("= theirs")
    person.type("u")
    person.wait("= sql")
    person.type("\x04")
    assert person.end()[1].endswith("2 of 3 to resolve.\r\n")
    assert choices()[PRICE] == ("sql", "bigger")


def test_a_narrow_window(at):
    person = at("resolve", TOTAL, size=(120, 40))
    wide = person.wait("conflict 1 of 1")
    assert any(line.split() == ["base", "ours", "theirs"] for line in wide)
    person.resize(40, 12)
    narrow = person.wait(lambda screen: len(screen) == 12 and "base" in screen)
    assert all(len(line) <= 40 for line in narrow)
    assert narrow[0] == "Merge of side: conflict 1 of 1, 3 to re…"
    for _ in range(40):
        if "theirs" in person.screen():
            break
        person.type("j")
        person.wait(lambda screen: len(screen) == 12)
    assert "theirs" in person.screen() and "base" not in person.screen()
    person.type("\x1b[A" * 60)
    person.wait(lambda screen: "base" in screen)
    person.resize(130, 50)
    person.wait(lambda screen: len(screen) == 50 and any(line.split() == ["base", "ours", "theirs"] for line in screen))
    person.type("q")
    assert person.end()[0] == 0


@pytest.mark.parametrize("how", ["interrupt", "end of input", "hang up", "kill"])
def test_what_was_chosen_stays(at, choices, how):
    person = at("resolve", "--interactive")
    person.wait("3 to resolve")
    person.type("t")
    person.wait("2 to resolve")
    if how == "interrupt":
        person.type("\x03")
        status, said = person.end()
        assert status == 130 and "\x1b[?1049l2 of 3 to resolve.\r\n" in said
    elif how == "end of input":
        person.type("\x04")
        status, said = person.end()
        assert status == 0 and said.endswith("2 of 3 to resolve.\r\n")
    elif how == "hang up":
        person.hang_up()
    else:
        person.kill()
    assert choices()[NAME] == ("theirs", None)


def test_the_merge_is_ended_by_somebody_else(at, stopped):
    person = at("resolve")
    person.wait("3 to resolve")
    assert stopped("merge", "--abort").status == 0
    person.type("o")
    status, said = person.end()
    assert status == 6 and "\x1b[?1049l" in said and "the merge of side was ended by somebody else" in said


def test_nothing_is_left(at, stopped):
    assert stopped("resolve", "--all", "--ours").status == 0
    person = at("resolve")
    status, said = person.end()
    assert (status, said) == (0, 'All are resolved (use "pggit merge --continue" to end the merge).\r\n')
    person = at("resolve", "public.products.price")
    person.wait("all are resolved")
    person.type("tq")
    person.end()
    stopped("merge", "--abort")
    assert at("resolve").end()[0] == 6


def test_without_a_terminal(stopped, shop):
    assert shop("resolve").status == 2
    refused = shop("resolve", "--interactive")
    assert (refused.status, "needs a terminal" in refused.err) == (2, True)
    assert shop("resolve", "--interactive", "--ours").status == 2
