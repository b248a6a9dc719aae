"""Directories of migrations of all the tools that are known."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pggit.repo.migrations import MigrationsUnreadable, read_migrations


def tree(directory: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def names(directory: Path) -> list[str]:
    return [migration.name for migration in read_migrations(directory)]


def test_plain_files(tmp_path):
    found = read_migrations(tree(tmp_path, {"10_b.sql": "select 10", "9_add_it.sql": "select 9", "README.md": "x"}))
    assert [(m.version, m.description, m.statements) for m in found] == [
        ("9", "add it", "select 9"),
        ("10", "b", "select 10"),
    ]
    assert all(m.transactional for m in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create index concurrently i on t (a)", False),
        ("drop index concurrently i", False),
        ("-- create index concurrently\nselect 'x; vacuum;'", True),
        ("begin; select 1; commit;", False),
        ("do $$ begin commit; end $$", True),
        ("vacuum t", False),
        ("-- no-transaction\nselect 1", False),
    ],
)
def test_transactions(tmp_path, text, expected):
    assert read_migrations(tree(tmp_path, {"1.sql": text}))[0].transactional is expected


def test_time_of_the_version(tmp_path):
    found = read_migrations(tree(tmp_path, {"20240131123000_a.sql": "", "20249931123000_b.sql": ""}))
    assert [m.time for m in found] == [datetime(2024, 1, 31, 12, 30, tzinfo=UTC), None]


def test_up_and_down_files(tmp_path):
    files = {"2_b.up.sql": "b", "2_b.down.sql": "no", "10_c.up.sql": "c", "10_c.down.sql": "no", "1_a.up.sql": "a"}
    found = read_migrations(tree(tmp_path, files))
    assert [(m.name, m.version, m.statements) for m in found] == [
        ("1_a", "1", "a"),
        ("2_b", "2", "b"),
        ("10_c", "10", "c"),
    ]
    with pytest.raises(MigrationsUnreadable, match="3_d"):
        read_migrations(tree(tmp_path, {"3_d.down.sql": ""}))


def test_flyway(tmp_path):
    files = {
        "V1.10__ten.sql": "", "V1_2__two.sql": "", "sub/V1__one.sql": "", "U1__one.sql": "", "R__b_view.sql": "",
        "R__a_view.sql": "", "V2__c.sql": "-- flyway:executeInTransaction=false\n", "V3__d.sql": "",
        "V3__d.sql.conf": "executeInTransaction=false",
    }  # fmt: skip
    found = read_migrations(tree(tmp_path, files))
    assert [m.version for m in found] == ["1", "1.2", "1.10", "2", "3", "", ""]
    assert [m.description for m in found] == ["one", "two", "ten", "c", "d", "a view", "b view"]
    assert [m.transactional for m in found] == [True, True, True, False, False, True, True]


def test_dbmate(tmp_path):
    files = {
        "20240101000000_a.sql": "-- migrate:up\ncreate table a ();\n\n-- migrate:down\ndrop table a;\n",
        "20240102000000_b.sql": "-- migrate:up transaction:false\nselect 1;\n-- migrate:down transaction:false\n",
    }
    found = read_migrations(tree(tmp_path, files))
    assert [m.statements.strip() for m in found] == ["create table a ();", "select 1;"]
    assert [m.transactional for m in found] == [True, False]


def test_goose(tmp_path):
    files = {
        "00002_b.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nselect 2;\n",
        "00001_a.sql": "-- +goose Up\n-- +goose StatementBegin\ncreate function f();\n"
        "-- +goose StatementEnd\n-- +goose Down\nx;",
    }
    found = read_migrations(tree(tmp_path, files))
    assert [m.statements for m in found] == ["create function f();\n", "select 2;\n"]
    assert [m.transactional for m in found] == [True, False]


def test_a_directory_each(tmp_path):
    files = {
        "2024-01-02-000000_b/up.sql": "b", "2024-01-02-000000_b/down.sql": "", "2024-01-01-000000_a/up.sql": "a",
        "2024-01-02-000000_b/metadata.toml": "run_in_transaction = false\n",
    }  # fmt: skip
    found = read_migrations(tree(tmp_path, files))
    assert [(m.description, m.statements, m.transactional) for m in found] == [("a", "a", True), ("b", "b", False)]
    assert found[0].time == datetime(2024, 1, 1, tzinfo=UTC)


ALEMBIC = """BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 1975ea83b712

CREATE TABLE account (
    id SERIAL NOT NULL
);

INSERT INTO alembic_version (version_num) VALUES ('1975ea83b712') RETURNING alembic_version.version_num;

-- Running upgrade 1975ea83b712 -> ae1027a6acf

ALTER TABLE account ADD COLUMN seen TIMESTAMP;

UPDATE alembic_version SET version_num='ae1027a6acf' WHERE alembic_version.version_num = '1975ea83b712';

COMMIT;

"""


def test_alembic(tmp_path):
    found = read_migrations(tree(tmp_path, {"all.sql": ALEMBIC}))
    assert [m.version for m in found] == ["1975ea83b712", "ae1027a6acf"]
    assert found[0].statements == "CREATE TABLE account (\n    id SERIAL NOT NULL\n);\n"
    assert found[1].statements == "ALTER TABLE account ADD COLUMN seen TIMESTAMP;\n"
    assert all(m.transactional for m in found)
    with pytest.raises(MigrationsUnreadable, match="downgrade"):
        read_migrations(tree(tmp_path, {"all.sql": ALEMBIC.replace("Running upgrade 1", "Running downgrade 1")}))


def test_django(tmp_path):
    text = 'BEGIN;\n--\n-- Create model Poll\n--\nCREATE TABLE "poll" ("id" bigint);\nCOMMIT;\n'
    found = read_migrations(tree(tmp_path, {"0002_b.sql": text, "0001_initial.sql": text}))
    assert [(m.version, m.description, m.transactional) for m in found] == [
        ("0001", "Create model Poll", True),
        ("0002", "Create model Poll", True),
    ]
    assert "BEGIN" not in found[0].statements
    assert found[0].statements.endswith('("id" bigint);\n')


@pytest.mark.parametrize(
    ("files", "culprit"),
    [
        ({}, "no .sql"),
        ({"V1__a.sql": "", "V2__b.sql": "", "3_c.sql": ""}, "3_c.sql"),
        ({"1_a.sql": "-- +goose Up\n", "2_b.sql": "-- +goose Up\n", "3_c.sql": "-- migrate:up\n"}, "3_c.sql"),
        ({"1_a.sql": "", "x/2_b.sql": ""}, "2_b.sql"),
        ({"V1__a.sql": "", "V1__b.sql": ""}, "V1__b.sql"),
        ({"a.sql": "--liquibase formatted sql\n"}, "a.sql"),
        ({"a.sql": "-- +goose Sideways\n"}, "a.sql:1"),
    ],
)
def test_what_is_not_known_is_refused(tmp_path, files, culprit):
    with pytest.raises(MigrationsUnreadable, match=culprit):
        read_migrations(tree(tmp_path, files))


def test_no_directory_and_no_utf8(tmp_path):
    with pytest.raises(MigrationsUnreadable, match="no directory"):
        read_migrations(tmp_path / "none")
    (tmp_path / "a.sql").write_bytes(b"select '\xff'")
    with pytest.raises(MigrationsUnreadable, match=r"a\.sql is not UTF-8"):
        read_migrations(tmp_path)


@pytest.mark.skipif("PGGIT_CORPUS" not in os.environ, reason="PGGIT_CORPUS names the directory of the corpus")
def test_a_real_history():
    found = read_migrations(Path(os.environ["PGGIT_CORPUS"]) / "history" / "crates.io")
    assert len(found) == 285
    assert [m.name for m in found] == sorted(m.name for m in found)
    assert found[0].version == "00000000000000"
    assert sum(not m.transactional for m in found) > 0
