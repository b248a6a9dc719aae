"""`kill -9` in the middle of a merge, and somebody who commits meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from pggit.core.errors import Refused
from pggit.repo import merges
from pggit.work.change import How
from pggit.work.merge.merge import Want, continue_merge, merge
from pggit.work.merge.opened import resolve
from pggit.work.reset import reset
from pggit.work.switch import switch

WIDE = """
alter table public.users add nick text;
create index users_nick on public.users (nick);
alter table public.users add constraint users_nick_check check (nick <> '');
create unique index users_nick_id on public.users (nick, id);
alter table public.orders alter total set not null;
create table public.notes (id int primary key);
"""


@pytest.fixture
def side(repo, sql):
    """A branch whose plan takes many steps, and a commit on main. Returns the branch's commit."""
    switch(repo, "side", create=True)
    sql(WIDE)
    made = repo.commit("wide").hash
    switch(repo, "main")
    sql("alter table public.users add age int; create table public.ours (id int)")
    repo.commit("ours")
    return made


def _merge(database, *arguments):
    command = [sys.executable, "-u", "-m", "pggit", "--db", database.url, "merge", *arguments, "--yes"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _killed_after(tool, number):
    """Kill the program when it has said that a statement is done."""
    for line in tool.stderr:
        if line.startswith("[") and int(line[1:].split("/")[0]) >= number:
            break
    tool.kill()
    tool.wait()


def test_killed_anywhere_the_same_command_finishes_it(repo, sql, side, database, is_sound):
    seed = random.randrange(10_000)
    print("seed", seed)
    ours = repo.commit_info().hash
    middle = 0
    for number in (2, *random.Random(seed).sample(range(3, 12), 3)):
        _killed_after(_merge(database, "side"), number)
        middle += sql("select to_regnamespace('pggit_apply') is not null") == [(True,)]
        again = _merge(database, "side")
        _, said = again.communicate(timeout=60)
        assert again.returncode == 0, (number, said)
        assert repo.commit_info().parents == (ours, side)
        assert is_sound(), number
        assert sql("select count(age), count(nick) from public.users") == [(0, 0)]
        reset(repo, ours, hard=True)
        assert is_sound()
    assert middle


def test_an_open_merge_that_is_killed_is_continued(repo, sql, side, database, is_sound):
    sql("alter table public.users add nick int")
    ours = repo.commit("nick, too").hash
    assert merge(repo, "side").outcome == "conflicts"
    resolve(repo, "theirs")
    _killed_after(_merge(database, "--continue"), 3)
    assert continue_merge(repo).outcome == "merged"
    assert repo.commit_info().parents == (ours, side)
    assert is_sound()
    assert merges.current(repo) is None


def test_head_moved_before_the_merge_was_recorded(repo, sql, side):
    """A commit of somebody else is not lost: the merge is refused."""
    before = repo.commit_info().hash

    def agree(plan):
        repo.commit("meanwhile", allow_empty=True)

    with pytest.raises(Refused, match="no longer at"):
        merge(repo, "side", Want(), how=How(agree=agree))
    assert repo.commit_info().parents == (before,)
    assert repo.commit_info().message == "meanwhile"
