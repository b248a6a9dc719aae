"""`pggit clone` and `pggit worktree`, as a user types them."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from cli.conftest import Cli
from clone import conftest as clones
from pggit.db import database as databases
from servers import Database, connect

admin = clones.admin
pytestmark = pytest.mark.usefixtures("admin")


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "10_items.sql").write_text("create table items (id int primary key, of int references shops);")
    (folder / "2_shops.sql").write_text("create table shops (id int primary key);")
    return folder


def test_a_url_alone_on_stdout(pggit: Cli, schema: Path) -> None:
    made = pggit("clone", "create", "try", "--from", "dir:schema", "--ttl", "2h")
    assert made.status == 0, made.err
    (url,) = made.lines
    with closing(connect(url)) as connection:
        assert connection.execute("select count(*) from items").fetchone() == (0,)
    assert "template of dir:" in made.err
    assert "ms" in made.err
    again = pggit("clone", "create", "again", "--from", "dir:schema")
    assert "built" not in again.err  # what did not change is not built again
    assert "copied by" in again.err
    (schema / "2_shops.sql").write_text("create table shops (id int primary key, name text);")
    assert "built" in pggit("clone", "create", "third", "--from", "dir:schema").err
    shown = pggit("clone", "list").out
    assert "try" in shown
    assert "1 h" in shown


def test_reset_and_drop(pggit: Cli, schema: Path) -> None:
    (url,) = pggit("clone", "create", "try", "--from", "dir:schema").lines
    connection = connect(url)
    connection.execute("drop table items")
    busy = pggit("clone", "reset", "try")
    assert (busy.status, busy.out) == (8, "")
    assert "in use: a session of postgres" in busy.err
    assert "--force" in busy.err
    assert pggit("clone", "reset", "try", "--force").lines == [url]
    connection.close()
    with closing(connect(url)) as connection:
        connection.execute("select from items")
        assert pggit("clone", "drop", "try").status == 8
    assert pggit("clone", "drop", "try").lines == ["Dropped try."]
    assert pggit("clone", "drop", "try").status == 3
    assert pggit("clone", "list").err == "There are no clones.\n"


def test_of_the_tracked_database(shop: Cli, database: Database) -> None:
    user = database.connect()
    user.execute("insert into customers (name, email) values ('A', 'a@example.org')")
    (url,) = shop("clone", "create", "try").lines
    with closing(connect(url)) as connection:
        assert connection.execute("select count(*) from customers").fetchone() == (0,)
        assert connection.execute("select count(*) from pggit.log()").fetchone() == (2,)
    (url,) = shop("clone", "create", "rows", "--with-data").lines
    with closing(connect(url)) as connection:
        assert connection.execute("select count(*) from customers").fetchone() == (1,)
    (url,) = shop("clone", "create", "first", "--from", "HEAD~1").lines
    with closing(connect(url)) as connection:
        assert connection.execute("select to_regclass('customers')").fetchone() == (None,)
    in_use = shop("clone", "create", "files", "--copy", database.name)
    assert in_use.status == 8
    assert user.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("create",), 2, "NAME"),
        (("create", "x", "--template", "t", "--from", "empty"), 2, "do not go together"),
        (("create", "x", "--copy", "postgres", "--with-data"), 2, "do not go together"),
        (("create", "x", "t1"), 2, "--with-data"),
        (("create", "x", "--force"), 2, "--copy"),
        (("create", "x", "--template", "nothing"), 3, "no template"),
        (("create", "x", "--from", "dir:nowhere"), 3, "nowhere"),
        (("create", "x", "--env", "nothing"), 3, "no environment"),
        (("create", "x", "--strategy", "magic", "--from", "dir:schema"), 2, "no strategy"),
        (("create", "x", "--ttl", "soon"), 2, "length of time"),
        (("create", "postgres", "--from", "dir:schema"), 6, "already"),
        (("create", "x" * 64, "--from", "dir:schema"), 2, "no name for a database"),
        (("drop", "postgres"), 3, "no clone that pgGit made"),
        (("drop",), 2, "NAME"),
        (("reset", "nothing"), 3, "no clone"),
    ],
)
def test_wrong_input(
    pggit: Cli, schema: Path, admin: psycopg.Connection, arguments: tuple[str, ...], status: int, said: str
) -> None:
    found = pggit("clone", *arguments)
    assert (found.status, found.out) == (status, "")
    assert said in found.err
    assert not databases.exists(admin, "x")


def test_gc(pggit: Cli, schema: Path) -> None:
    pggit("clone", "create", "over", "--from", "dir:schema", "--ttl", "1s")
    pggit("clone", "create", "stays", "--from", "dir:schema")
    time.sleep(2.1)
    assert pggit("clone", "gc").lines == ["Dropped over."]
    assert pggit("clone", "gc").lines == ["Nothing is to be dropped."]
    assert [one["name"] for one in pggit("clone", "list", "--json").json["clones"]] == ["stays"]


def test_worktrees(shop: Cli, database: Database) -> None:
    made = shop("worktree", "add", "wt", "points", "-b")
    assert made.status == 0, made.err
    (url,) = made.lines
    assert "on branch points" in made.err
    with closing(connect(url)) as connection:
        connection.execute("create table points()")
    assert shop("--db", url, "status", "--json").json["branch"] == "points"
    shown = shop("--db", url, "worktree", "list")
    assert [line.split()[0] for line in shown.lines] == ["WORKTREE", database.name, "wt"]
    assert "1 changed" in shown.lines[2]
    refused = shop("worktree", "remove", "wt")
    assert refused.status == 6
    assert "uncommitted changes (1)" in refused.err
    assert shop("worktree", "prune", "--older-than", "0").lines == ["wt stays: 1 changed objects."]
    assert shop("worktree", "remove", "wt", "--force").lines == ["Removed wt."]
    assert shop("worktree", "add", "wt", "nothing").status == 3
    assert shop("worktree", "add", "wt").status == 2
