"""`kill -9` in the middle of a switch, and two who switch at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

import pggit
from pggit.core.errors import PgGitError, Refused
from pggit.work import restore
from pggit.work.change import How, interrupted
from pggit.work.reset import reset
from pggit.work.switch import switch

WIDE = """
alter table public.users add nick text;
update public.users set nick = 'n' || id;
create index users_nick on public.users (nick);
alter table public.users add constraint users_nick_check check (nick <> '');
create unique index users_nick_id on public.users (nick, id);
alter table public.orders alter total set not null;
create table public.notes (id int primary key);
insert into public.notes values (1);
"""


@pytest.fixture
def feature(repo, sql):
    """A branch whose plan takes many steps: indexes are built concurrently, constraints validated. HEAD is on main."""
    switch(repo, "feature", create=True)
    sql(WIDE)
    made = repo.commit("wide").hash
    switch(repo, "main")
    return made


def _switch(database, branch):
    command = [sys.executable, "-u", "-m", "pggit", "--db", database.url, "switch", branch, "--yes"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _killed_after(tool, number):
    """Kill the program when it has said that a statement is done; whether it came to that."""
    for line in tool.stderr:
        if line.startswith("[") and int(line[1:].split("/")[0]) >= number:
            tool.kill()
            tool.wait()
            return True
    tool.wait()
    return False


def test_killed_anywhere_the_same_command_finishes_it(repo, sql, feature, database, is_sound):
    middle = 0
    for number in (1, 7, 8, 10, 11, 12):
        assert _killed_after(_switch(database, "feature"), number)
        middle += sql("select to_regnamespace('pggit_apply') is not null") == [(True,)]
        assert repo.branch in ("main", "feature")
        again = _switch(database, "feature")
        _, said = again.communicate(timeout=60)
        assert again.returncode == 0, (number, said)
        assert repo.branch == "feature"
        assert repo.commit_info().hash == feature
        assert is_sound(), number
        assert sql("select count(*) from public.users where nick = 'n' || id") == [(100,)]
        assert sql("select * from public.notes") == [(1,)]
        assert restore.kept(repo.connection) == []
        switch(repo, "main")
        assert is_sound(), number
    assert middle >= 3


def test_until_it_is_finished_nothing_else_is_begun(repo, sql, feature, database):
    assert _killed_after(_switch(database, "feature"), 9)
    assert interrupted(repo, "switch feature")
    for wrong in (lambda: switch(repo, "main"), lambda: reset(repo, hard=True)):
        with pytest.raises(Refused, match=r"pggit switch feature was begun at .* and is not done"):
            wrong()
    assert switch(repo, "feature", how=How(dry_run=True)).resumed
    assert switch(repo, "feature").resumed
    assert repo.branch == "feature"


def test_two_at_once(repo, sql, feature, database):
    """One waits for the other, and then finds its own way from there."""
    switch(repo, "side", create=True)
    sql("create table public.side (id int primary key); insert into public.side values (5)")
    repo.commit("side")
    results: list[object] = []

    def run(branch):
        with pggit.open(database.url) as mine:
            try:
                results.append(switch(mine, branch).commit)
            except PgGitError as error:
                results.append(error)

    threads = [threading.Thread(target=run, args=(branch,)) for branch in ("feature", "main")]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert not [result for result in results if isinstance(result, PgGitError)]
    assert repo.branch in ("feature", "main")
    assert repo.status().clean
    switch(repo, "side")
    assert sql("select * from public.side") == [(5,)]


def test_a_statement_that_fails_says_how_to_go_on(repo, sql):
    switch(repo, "strict", create=True)
    sql("alter table public.users add constraint short check (length(email) < 50)")
    repo.commit("strict")
    switch(repo, "main")
    sql("insert into public.users values (1000, repeat('x', 60))")
    with pytest.raises(PgGitError, match="short") as failed:
        switch(repo, "strict")
    assert "same plan" not in failed.value.hint
    assert repo.branch == "main"
    sql("delete from public.users where id = 1000")
    switch(repo, "strict")
    assert repo.branch == "strict"
    assert repo.status().clean
