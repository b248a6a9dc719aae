"""`pggit template`: what it prints, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from pggit.clone import clone
from pggit.clone.label import labelled
from pggit.db import database as databases
from servers import Database

SETTINGS = """
[environments.local]
include = ["schema/**"]
seeds = ["seeds/**"]

[environments.nothing]
include = ["nowhere/**"]
"""


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Iterator[Path]:
    """Files of SQL; templates go after the test."""
    (tmp_path / ".pggit.toml").write_text(SETTINGS)
    for name, text in (("schema", "create table t (i int);"), ("seeds", "insert into t values (1), (2);")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.sql").write_text(text)
    yield tmp_path
    with closing(databases.maintenance(database.url)) as connection:
        for one in labelled(connection):
            databases.drop_database(connection, one.name, force=True)


def test_build_prints_the_name_alone(pggit, project, database: Database):
    built = pggit("template", "build", "--env", "local")
    assert built.status == 0
    (name,) = built.lines
    assert name.startswith("pggit_template_")
    assert built.err.startswith("Built in ")
    assert "(environment local, with seeds)" in built.err
    again = pggit("template", "build", "--env", "local")
    assert again.lines == [name]
    assert again.err.startswith("There already")
    with closing(databases.maintenance(database.url)) as admin:
        clone.create(admin, name, "c")
        with closing(psycopg.connect(database.url, dbname="c")) as connection:
            assert connection.execute("select count(*) from t").fetchone() == (2,)
    bare = pggit("template", "build", "--env", "local", "--schema-only", "--json").json
    assert bare["built"] is False
    assert bare["name"] == pggit("template", "build", "--json", "--env", "local").json["base"]


def test_build_of_states_and_databases(shop, project, database: Database):
    def source(*arguments: str) -> str:
        return shop("template", "build", "--json", *arguments).json["source"]

    assert source().endswith(": schema and pgGit's store")
    assert source("--with-data").endswith(": with rows and pgGit's store")
    assert source("--with-data", "customers").endswith(": schema with rows of customers and pgGit's store")
    assert source("--from", database.url, "--no-store").endswith(": schema, without pgGit's store")
    assert source("--from", "v1") == f"{database.name} at v1"
    assert "postgres:" not in source("--from", database.url.replace("postgres@", "postgres:secret@"))


def test_list_verify_gc_drop(pggit, project, database: Database):
    name = pggit("template", "build", "--env", "local").lines[0]
    found = pggit("template", "list").lines
    assert found[0].split() == ["TEMPLATE", "OF", "BUILT", "SIZE", "OWNER", "USED"]
    assert found[1].startswith(name) and "postgres" in found[1]
    assert len(found) == 3
    verified = pggit("template", "verify", name)
    assert verified.status == 0
    assert [line.split() for line in verified.lines[1:]] == [
        ["ok", check] for check in ("sealed", "name", "owner", "sessions", "schema", "rows")
    ]
    assert pggit("template", "verify", name[:20]).status == 0
    (project / "schema" / "1.sql").write_text("create table t (i int, j int);")
    newer = pggit("template", "build", "--env", "local").lines[0]
    with closing(databases.maintenance(database.url)) as admin:
        admin.execute(f"alter database {newer} allow_connections true")
    wrong = pggit("template", "verify")
    assert wrong.status == 1
    assert any(line.split()[:2] == ["wrong", "sealed"] for line in wrong.lines)
    assert pggit("template", "build", "--env", "local").status == 6
    assert pggit("template", "drop", newer).lines == [f"Dropped {newer}."]
    assert pggit("template", "build", "--env", "local").lines == [newer]
    dry = pggit("template", "gc", "--older-than", "0", "--dry-run")
    assert any(line.startswith(f"Would drop {name}: ") for line in dry.lines)
    assert len(pggit("template", "list", "--json").json["templates"]) == 4
    assert len(pggit("template", "gc", "--older-than", "0").lines) == 4
    assert pggit("template", "gc").lines == ["Nothing is to be dropped."]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["build", "--env", "lokal"], 3, "there is no environment lokal"),
        (["build", "--env", "nothing"], 3, "environment nothing includes no .sql file"),
        (["build", "--from", "dir:nowhere"], 3, "no directory that holds any"),
        (["build", "--env", "local", "--with-data"], 2, "are for a database"),
        (["build", "--with-data", "--schema-only"], 2, "--schema-only or --with-data"),
        (["build", "public.t"], 2, "tables are for --with-data"),
        (["build", "--with-data", "public.nope"], 3, "no table public.nope"),
        (["build", "--from", "main"], 6, "not tracked"),
        (["build", "--from", "dir:bad"], 7, "bad/1.sql:2: "),
        (["verify", "zzz"], 3, "there is no template zzz"),
        (["drop", "zzz"], 3, "there is no template zzz"),
        (["gc", "--older-than", "soon"], 2, "'soon' is no length of time"),
    ],
)
def test_what_is_wrong(pggit: Callable, project: Path, arguments: list[str], status: int, message: str):
    (project / "bad").mkdir()
    (project / "bad" / "1.sql").write_text("select 1;\nselect nope;")
    found = pggit("template", *arguments)
    assert (found.status, found.out) == (status, "")
    assert message in found.err
