"""Importing directories of migrations: one commit each."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pggit.core.errors import SqlFailed, UsageError
from pggit.repo.repository import Repository
from servers import session

ALEMBIC = """BEGIN;
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL
);
-- Running upgrade  -> aaa
CREATE TABLE a (id int);
INSERT INTO alembic_version (version_num) VALUES ('aaa');
-- Running upgrade aaa -> bbb
ALTER TABLE a ADD COLUMN b int;
UPDATE alembic_version SET version_num='bbb' WHERE alembic_version.version_num = 'aaa';
COMMIT;
"""
DJANGO = "BEGIN;\n--\n-- {0}\n--\n{1};\nCOMMIT;\n"
TOOLS = {
    "plain": {"1_make_a.sql": "create table a (id int)", "2_add_b.sql": "alter table a add b int"},
    "flyway": {"V1__make_a.sql": "create table a (id int)", "V2__add_b.sql": "alter table a add b int"},
    "dbmate": {
        "1_make_a.sql": "-- migrate:up\ncreate table a (id int);\n-- migrate:down\ndrop table a;\n",
        "2_add_b.sql": "-- migrate:up\nalter table a add b int;\n-- migrate:down\ndrop table a;\n",
    },
    "goose": {
        "1_make_a.sql": "-- +goose Up\ncreate table a (id int);\n-- +goose Down\ndrop table a;\n",
        "2_add_b.sql": "-- +goose Up\nalter table a add b int;\n",
    },
    "pairs": {
        "1_make_a.up.sql": "create table a (id int)", "1_make_a.down.sql": "drop table a",
        "2_add_b.up.sql": "alter table a add b int", "2_add_b.down.sql": "no",
    },
    "diesel": {
        "2024-01-01-000000_make_a/up.sql": "create table a (id int)",
        "2024-01-02-000000_add_b/up.sql": "alter table a add b int",
    },
    "alembic": {"all.sql": ALEMBIC},
    "django": {
        "0001_a.sql": DJANGO.format("make a", "create table a (id int)"),
        "0002_b.sql": DJANGO.format("add b", "alter table a add b int"),
    },
}  # fmt: skip


def tree(directory: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


@pytest.mark.parametrize("tool", TOOLS)
def test_one_commit_a_migration(repo: Repository, tmp_path: Path, tool: str) -> None:
    seen: list[tuple[int, int, str]] = []
    done = repo.import_migrations(
        tree(tmp_path, TOOLS[tool]), branch="imported", progress=lambda n, of, name: seen.append((n, of, name))
    )
    assert (done.commits, done.branch, done.matches) == (2, "imported", False)
    assert [(n, of) for n, of, _ in seen] == [(1, 2), (2, 2)]
    newest, older, _ = log = repo.log("imported")
    assert newest.hash == done.tip
    assert [c.message for c in log[:2]] == (["bbb", "aaa"] if tool == "alembic" else ["add b", "make a"])
    assert [c.key for c in repo.diff(older.hash, newest.hash) if c.verb == "create"] == ["column public.a.b"]
    assert "column public.a.id" in {c.key for c in repo.diff(log[2].hash, older.hash)}
    assert {b.key: b.message for b in repo.blame("public.a", "imported")}["column public.a.b"] == newest.message
    assert repo.status().clean
    assert repo.fsck() == []


def test_the_history_of_a_schema_that_matches(repo: Repository, tmp_path: Path, schema: str) -> None:
    done = repo.import_migrations(
        tree(tmp_path, {"20240131123000_all.sql": schema, "20240201000000_no.sql": "select 1"})
    )
    assert (done.commits, done.branch, done.matches) == (2, "main", True)
    log = repo.log()
    assert [c.message for c in log[:2]] == ["no", "all"]
    assert [c.time for c in log[:2]] == [datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 1, 31, 12, 30, tzinfo=UTC)]
    assert repo.show(log[0].hash)[1] == []
    assert repo.status().clean


def test_the_history_of_a_schema_that_differs(repo: Repository, tmp_path: Path, schema: str) -> None:
    done = repo.import_migrations(tree(tmp_path, {"1_all.sql": schema + "alter table users drop email"}))
    assert (done.branch, done.matches) == ("main", False)
    assert repo.log()[0].message == "The live schema, where it differs from the migrations"
    assert repo.log()[0].parents == (done.tip,)
    assert "column public.users.email" in {c.key for c in repo.show()[1]}
    assert repo.status().clean


def test_a_repository_with_history_gets_a_branch(repo: Repository, tmp_path: Path) -> None:
    session(repo).execute("create table more ()")
    head = repo.commit("more").hash
    done = repo.import_migrations(tree(tmp_path, TOOLS["plain"]))
    assert done.branch == "migrations"
    assert repo.commit_info().hash == head
    assert repo.commit_info("migrations").hash == done.tip


def test_a_second_import_gives_the_same_commits(repo: Repository, tmp_path: Path) -> None:
    files = {"20240131123000_a.sql": "create table a (id int)", "20240201000000_b.sql": "create table b (id int)"}
    first = repo.import_migrations(tree(tmp_path, files), branch="one")
    tree(tmp_path, {"20240301000000_c.sql": "create table c (id int)"})
    second = repo.import_migrations(tmp_path, branch="one")
    assert (first.commits, second.commits) == (2, 3)
    assert repo.commit_info("one").message == "c"
    assert repo.commit_info("one@{1}").hash == first.tip
    assert repo.fsck() == []


def test_a_failing_migration_leaves_nothing_behind(repo: Repository, tmp_path: Path, databases) -> None:
    counts = "select (select count(*) from pggit.commit), (select count(*) from pggit.blob), (select count(*) from pggit.ref)"
    before = (repo._one(counts), databases(), repo.log(all=True))
    tree(tmp_path, {**TOOLS["plain"], "3_bad.sql": "create table c ();\nalter table nowhere add x int;"})
    with pytest.raises(SqlFailed, match=r"3_bad\.sql:2.*nowhere") as caught:
        repo.import_migrations(tmp_path)
    assert caught.value.hint
    assert (repo._one(counts), databases(), repo.log(all=True)) == before


def test_a_migration_outside_a_transaction(repo: Repository, tmp_path: Path) -> None:
    files = {"1_a.sql": "create table a (id int)", "2_i.sql": "create index concurrently i on a (id)"}
    done = repo.import_migrations(tree(tmp_path, files), branch="x")
    assert "index public.i" in {c.key for c in repo.show(done.tip)[1]}


def test_settings_of_one_migration_do_not_reach_the_next(repo: Repository, tmp_path: Path) -> None:
    files = {"1_a.sql": "create schema app; set search_path = app; create table a ()", "2_b.sql": "create table b ()"}
    done = repo.import_migrations(tree(tmp_path, files), branch="x")
    assert "table public.b" in {c.key for c in repo.show(done.tip)[1]}


def test_a_directory_that_cannot_be_understood(repo: Repository, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        repo.import_migrations(tmp_path)
    assert repo.status().clean
