"""A remote that is away, refuses, or goes away in the middle; and several who deploy to it at once."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from pggit.apply import journal
from pggit.core.errors import ConnectionFailed, PgGitError, SqlFailed
from pggit.db.connect import NotAdmitted
from pggit.work.deploy.breaker import BreakerOpen
from pggit.work.deploy.deploy import deploy
from pggit.work.deploy.reach import Reach
from pggit.work.deploy.results import How, LeftMidway
from servers import connect
from work.deploy.conftest import chance, schema


def _closed_port():
    """A port on which nobody listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def away(to):
    """Makes a target where nobody answers."""
    url = f"postgresql://deployer:hidden@127.0.0.1:{_closed_port()}/shop"
    return lambda **options: to(url=url, **options)


def test_it_is_tried_again_as_often_as_was_said_and_longer_each_time(away):
    slept, said = [], []
    target = away(retries=4, backoff="fibonacci", breaker_after=100)
    with pytest.raises(ConnectionFailed, match="refused"):
        Reach(target, said.append, sleep=slept.append, chance=chance()).connect()
    assert [0.5 * n for n in (1, 2, 3, 5)] >= slept
    assert all(0.25 * n <= found <= 0.5 * n for n, found in zip((1, 2, 3, 5), slept, strict=True))
    assert len(said) == 4 and not any("hidden" in text for text in said)


def test_the_breaker_opens_survives_and_lets_through_again(away, to, production):
    target = away(retries=2, backoff="fixed", breaker_after=4, breaker_seconds=1)
    with pytest.raises(ConnectionFailed, match="refused"):
        Reach(target, lambda text: None, sleep=lambda seconds: None).connect()
    with pytest.raises(BreakerOpen):
        Reach(target, lambda text: None, sleep=lambda seconds: None).connect()
    begun = time.monotonic()
    with pytest.raises(BreakerOpen, match="production failed 4 times in a row") as caught:
        deploy("empty", target)
    assert time.monotonic() - begun < 0.5
    assert "hidden" not in caught.value.message
    time.sleep(1)
    there = to(breaker_seconds=1, breaker_after=4)
    done = deploy("empty", there, how=How(dry_run=True, allow=["data-loss"]))
    assert done.statements
    assert not (there.state / "breakers" / "production.json").exists()


@pytest.mark.parametrize("wrong", [{"user": "nobody_here"}, {"dbname": "no_such_database"}])
def test_a_refusal_is_neither_tried_again_nor_counted(production, to, wrong):
    from psycopg.conninfo import make_conninfo

    said = []
    target = to(url=make_conninfo(production.url, **wrong))
    with pytest.raises(NotAdmitted, match="does not exist"):
        deploy("empty", target, how=How(tell=said.append))
    assert said == []
    assert not (target.state / "breakers" / "production.json").exists()


def _busy(database):
    """Process ids of those who apply in a database."""
    with closing(connect(database.server.url)) as admin:
        rows = admin.execute(
            "select pid from pg_stat_activity where datname = %s and application_name = 'pggit apply'", (database.name,)
        ).fetchall()
    return [pid for (pid,) in rows]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_connection_that_is_killed_in_the_middle_is_made_anew(production, to, wider, server, number):
    killed = []

    def kill(event):
        if event.what == "done" and event.number == number and not killed:
            killed.extend(_busy(production))
            for pid in killed:
                server.admin.execute("select pg_terminate_backend(%s)", (pid,))

    done = deploy(wider, to(backoff="fixed"), how=How(progress=kill, prove=False))
    assert len(killed) == 1
    assert done.reconnects == 1
    assert schema(production) == done.hash
    assert not (to().state / "breakers" / "production.json").exists()
    with production.connect() as connection:
        assert journal.read(connection) is None


def test_lost_again_and_again_it_stops_when_the_breaker_opens(production, to, wider, server):
    def kill(event):
        if event.what == "begin" and event.number == event.of:
            for pid in _busy(production):
                server.admin.execute("select pg_terminate_backend(%s)", (pid,))

    target = to(backoff="fixed", breaker_after=3, breaker_seconds=2)
    with pytest.raises(LeftMidway, match="where production is now is not known") as caught:
        deploy(wider, target, how=How(progress=kill, prove=False))
    (backup,) = (target.state / "backups").iterdir()
    assert f"The same command goes on from there. The backup is {backup}." == caught.value.hint
    with pytest.raises(BreakerOpen):
        deploy(wider, target)
    time.sleep(2.1)
    done = deploy(wider, target)
    assert done.resumed
    assert done.backup.file == backup and done.backup.earlier
    assert schema(production) == done.hash


# --- processes -----------------------------------------------------------------------------------------------------


def _process(production, wider, tmp_path, *options):
    (tmp_path / ".pggit.toml").write_text(f'[remotes.production]\nurl = "{production.url}"\nbackoff = "fixed"\n')
    command = [sys.executable, "-u", "-m", "pggit", "deploy", wider, "--to", "production", "--yes", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)


@pytest.mark.parametrize("number", [2, 10])
def test_of_several_at_once_one_deploys_and_the_others_find_it_done(production, wider, tmp_path, number):
    all_of_them = [_process(production, wider, tmp_path, "--json", "--no-prove") for _ in range(number)]
    found = [json.loads(one.communicate(timeout=120)[0]) for one in all_of_them]
    assert [one.returncode for one in all_of_them] == [0] * number, found
    assert sorted(one["already"] for one in found) == [False] + [True] * (number - 1)
    assert len({one["hash"] for one in found}) == 1 and schema(production) == found[0]["hash"]
    assert len(list((tmp_path / ".pggit" / "backups").iterdir())) == 1


def test_killed_anywhere_the_same_command_finishes_it(production, wider, tmp_path, make_database, capsys):
    seed = int(os.environ.get("PGGIT_TEST_SEED", "0")) or random.randrange(10**6)
    points = random.Random(seed)
    production.close()
    resumed = 0
    for turn, after in enumerate((1, 4, 5, 6, 7, None)):  # after a statement; the last time at any moment
        copy = make_database(template=production.name)
        tool = _process(copy, wider, tmp_path, "--no-prove")
        for line in tool.stderr:
            if after and line.startswith(f"[{after}/"):
                break
            if after is None and line.startswith("backup"):
                time.sleep(points.uniform(0, 0.1))
                break
        tool.kill()
        tool.communicate()
        again = _process(copy, wider, tmp_path, "--json", "--no-prove")
        out, err = again.communicate(timeout=60)
        assert again.returncode == 0, (seed, turn, out, err)
        done = json.loads(out)
        resumed += done["resumed"]
        assert schema(copy) == done["hash"], (seed, turn)
        with copy.connect() as connection:
            assert journal.read(connection) is None
            assert connection.execute("select count(*), sum(total) from orders").fetchone() == (200, 20100)
    assert not [file for file in (tmp_path / ".pggit" / "backups").iterdir() if file.suffix != ".dump"]
    with capsys.disabled():
        print(f"\nseed {seed}: 6 kills, {resumed} deployments were taken up again")
    assert resumed >= 3


@pytest.mark.parametrize("kind", ["full", "schema", "none"])
def test_what_a_killed_process_began_is_taken_back_to_what_its_backup_has(production, to, wider, tmp_path, kind):
    before = schema(production)
    tool = _process(production, wider, tmp_path, "--no-prove", "--backup", kind)
    with production.connect() as other:
        other.execute("begin")
        for line in tool.stderr:
            if line.startswith("[2/"):  # granted when the first three are committed; the fifth waits for it
                other.execute("lock table users in access share mode")
            if line.startswith("[4/"):
                tool.kill()
                break
        tool.communicate()
    target = to(state=tmp_path / ".pggit", backup=kind)
    with production.connect() as connection:
        assert journal.read(connection) is not None
        connection.execute("insert into users values (0, 'x', '')")  # the plan has a check against it
    with pytest.raises(PgGitError) as caught:
        deploy(wider, target)
    if kind == "none":
        assert isinstance(caught.value, LeftMidway)
        assert "what was there before is not known" in caught.value.message
        assert "There is no backup." in caught.value.hint
        return
    assert isinstance(caught.value, SqlFailed), caught.value.message
    assert "took it back: production is at" in caught.value.message
    assert schema(production) == before
    with production.connect() as connection:
        assert journal.read(connection) is None


def test_killed_on_the_way_back_it_goes_back_and_then_there(production, to, wider, tmp_path):
    production.connect().execute("insert into users values (0, 'user1@example.org')")
    file = tmp_path / "wanted.sql"
    file.write_text((tmp_path / "wider.sql").read_text() + "create unique index users_email on public.users (email);")
    before = schema(production)
    tool = _process(production, f"dir:{file}", tmp_path, "--no-prove")
    for line in tool.stderr:
        if "drop index public.orders_total" in line:
            tool.kill()
    tool.communicate()
    assert schema(production) != before
    with production.connect() as connection:
        assert journal.plan_of(connection).source == "deploy that failed"
        connection.execute("delete from users where id = 0")
    said = []
    done = deploy(f"dir:{file}", to(state=tmp_path / ".pggit"), how=How(tell=said.append))
    assert said[0] == "a deployment was interrupted: the way back of one is finished first"
    assert done.resumed and schema(production) == done.hash
    assert len(list((tmp_path / ".pggit" / "backups").iterdir())) == 2


def test_a_remote_that_is_tracked_itself_captures_what_is_deployed(production, to, wider):
    import pggit

    with pggit.open(production.url) as repository:
        repository.init()
        done = deploy(wider, to())
        assert done.proof == "proven"
        assert "table public.notes" in {change.key for change in repository.status().changes}
        assert repository.fsck() == []
