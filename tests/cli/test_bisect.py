"""The search for a bad commit: which are tried, what the command is given, and what is left behind: nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.core.errors import Refused
from pggit.db.connect import uri
from pggit.db.scratch import PREFIX
from pggit.work.bisect import bisect
from pggit.work.search import Search

CHECK = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    with open("tried", "a") as file:
        name = connection.info.dbname
        file.write(f"{name == os.environ['PGDATABASE']} {os.environ['PGGIT_DB'] == os.environ['DATABASE_URL']}\\n")
    connection.execute("create table left_behind ()")
    row = connection.execute("select count(*) from pg_attribute where attrelid = to_regclass('t') and attnum > 0 and not attisdropped").fetchone()
    sys.exit(int(row[0] > 5))
"""


@pytest.fixture
def history(pggit, sql):
    """Twelve commits, each of which adds a column; the check finds more than five bad."""
    assert pggit("init").status == 0
    Path("check.py").write_text(CHECK)
    sql("create table t ()")
    for number in range(12):
        sql(f"alter table t add c{number} int")
        assert pggit("commit", "-m", f"column {number}").status == 0
    return pggit


def _left(database) -> list[str]:
    rows = database.connect().execute("select datname from pg_database where starts_with(datname, %s)", [PREFIX])
    return [name for (name,) in rows]


def test_the_first_bad_commit(history, database):
    planned = history("bisect", "HEAD", "HEAD~11", "--dry-run")
    assert planned.lines[0] == "11 commits may be the first bad one; 4 to try."
    done = history("bisect", "HEAD", "HEAD~11", "--run", sys.executable, "check.py")
    assert done.status == 0, done.err
    assert done.lines[0].endswith(" is the first bad commit")
    assert "    column 5" in done.lines and "    new:       column public.t.c5" in done.lines
    tried = Path("tried").read_text().splitlines()
    assert set(tried) == {"True True"} and 3 <= len(tried) <= 4
    assert [line[:4] for line in done.err.splitlines() if not line.startswith(" ")].count("good") >= 1
    assert _left(database) == []


def test_columns_stand_in_the_order_of_each_commit(pggit, sql, database):
    """Though a commit is built from another one's schema."""
    assert pggit("init").status == 0
    for statement in (
        "create table t (a int, b int, c int)",
        "alter table t drop a",
        "alter table t add a int",
        "alter table t add d int",
    ):
        sql(statement)
        assert pggit("commit", "-m", statement).status == 0
    order = {}

    def check(commit, url):
        with psycopg.connect(url) as connection:
            order[commit.message] = [column.name for column in connection.execute("select * from t").description]
        return "good" if "create" in commit.message else "bad"

    with pggit_open(database.url) as repo:
        assert bisect(repo, "HEAD~4", "HEAD", check).first_bad.message == "alter table t drop a"
    assert order == {"alter table t drop a": ["b", "c"], "create table t (a int, b int, c int)": ["a", "b", "c"]}


def test_words_of_git_and_documents(history):
    done = history("--json", "bisect", "--good", "HEAD~11", "--run", "sh", "-c", f"{sys.executable} check.py --json")
    assert done.status == 0
    assert done.json["first_bad"]["message"] == "column 5"
    assert {one["verdict"] for one in done.json["tried"]} == {"good", "bad"}


def test_skipped_commits(history, database):
    skip = "select 1 / (count(*) - 6)::int from pg_attribute where attrelid = 'public.t'::regclass and attnum > 0 and not attisdropped"
    run = f'psql -qAt -c "{skip}" >/dev/null 2>&1 || exit 125; {sys.executable} check.py'
    done = history("bisect", "HEAD", "HEAD~11", "--run", "sh", "-c", run)
    assert done.status == 1, done.err
    assert done.lines[0].startswith("Only commits are left that could not be tried")
    assert [line.split(" ", 1)[1] for line in done.lines[1:]] == ["column 5", "column 6"]
    assert _left(database) == []


def test_what_ends_the_search(history, database):
    for command, status, told in (
        ("exit 130", 6, "ended with status 130"),
        ("kill -9 $$", 6, "ended with status -9"),
    ):
        done = history("bisect", "HEAD", "HEAD~11", "--run", "sh", "-c", command)
        assert done.status == status and told in done.err
    assert history("bisect", "HEAD", "HEAD~11", "--run", "no-such-program").status == 3
    assert history("bisect", "HEAD~11", "HEAD", "--run", "true").status == 6
    assert history("bisect", "HEAD", "HEAD", "--run", "true").status == 6
    assert history("bisect", "HEAD", "nope", "--run", "true").status == 3
    assert history("bisect", "HEAD", "HEAD~1").status == 2
    assert history("bisect", "--run", "true").status == 2
    assert history("bisect", "a", "b", "c", "--run", "true").status == 2
    assert _left(database) == []


def test_interrupted(history, database):
    process = subprocess.Popen(
        [sys.executable, "-m", "pggit", "bisect", "HEAD", "HEAD~11", "--run", "sleep", "60"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=None,
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while len(_left(database)) < 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert _left(database) == []


def test_schemas_that_cannot_be_planned_from_each_other(pggit, sql, database):
    """An event trigger of one commit forbids what leads to another: that one is built from nothing."""
    assert pggit("init").status == 0
    sql("create table a (); create table b ()")
    pggit("commit", "-m", "start")
    sql("create function no() returns event_trigger language plpgsql as $$begin raise 'no'; end$$")
    sql("create event trigger no on sql_drop execute function no()")
    pggit("commit", "-m", "guarded")
    sql("alter event trigger no disable; drop table a; alter event trigger no enable")
    pggit("commit", "-m", "without a")
    sql("create table d ()")
    pggit("commit", "-m", "with d")
    with pggit_open(database.url) as repo:
        seen = {}

        def check(commit, url):
            with psycopg.connect(url) as connection:
                found = connection.execute("select to_regclass('a') is null, to_regclass('d') is null").fetchone()
            seen[commit.message] = found
            return "bad" if found[0] else "good"

        found = bisect(repo, "HEAD~4", "HEAD", check)
    assert found.first_bad.message == "without a"
    assert seen == {"guarded": (False, True), "without a": (True, True)}


pggit_open = pggit.open


def test_any_history():
    """Against the definition: all ancestors of bad that are no ancestors of a good one, halved."""
    chance = random.Random(7)
    for _ in range(200):
        count = chance.randint(2, 25)
        parents = {
            str(n): [str(p) for p in {n - 1, chance.randint(max(0, n - 4), n - 1)}] if n else [] for n in range(count)
        }
        culprit = str(chance.randint(1, count - 1))

        def reaches(commit: str, parents: dict[str, list[str]] = parents) -> set[str]:
            return {commit}.union(*(reaches(parent) for parent in parents[commit]))

        bad = str(count - 1)
        search = Search(parents, "0", bad)
        tries = 0
        while search.found is None:
            commit = search.next()
            assert commit is not None
            search.tell(commit, "bad" if culprit in reaches(commit) else "good")
            tries += 1
        assert search.found == culprit
        assert tries <= count.bit_length() + 2


def test_only_skips():
    search = Search({"0": [], "1": ["0"], "2": ["1"], "3": ["2"]}, "0", "3")
    search.tell("1", "skip")
    search.tell("2", "skip")
    assert search.next() is None and search.found is None
    assert search.suspects == ["1", "2", "3"]


def test_connection_strings_for_any_driver():
    assert uri("host=/tmp/x port=5 user='a b' dbname='c/d'") == "postgresql://a%20b@/c%2Fd?host=%2Ftmp%2Fx&port=5"
    assert uri("host=::1 user=u password='p@:' dbname=d sslmode=require") == (
        "postgresql://u:p%40%3A@[::1]/d?sslmode=require"
    )
    assert uri("postgresql://u@h:1/d") == "postgresql://u@h:1/d"


def test_a_good_one_must_come_before(history, database):
    with pggit_open(database.url) as repo, pytest.raises(Refused, match="no ancestor"):
        bisect(repo, "HEAD", "HEAD~3", lambda commit, url: "bad")
