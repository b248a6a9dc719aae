"""Backups: whole, restorable, private; a damaged one is found out, and no half one has a name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pggit.core.errors import PgGitError, Refused, SqlFailed
from pggit.db.archive import verify_archive
from pggit.db.dump import dump_program
from pggit.kinds.reader import read_state
from pggit.work.deploy.backup import back_up
from pggit.work.deploy.deploy import deploy
from pggit.work.deploy.results import How

ODD = """
create schema "My Schema";
create table "My Schema"."T 1" (a int);
create table public."line
break" (a int);
create table public.parts (a int) partition by range (a);
create table public.part_1 partition of public.parts for values from (0) to (9);
insert into "My Schema"."T 1" values (1), (2);
insert into public.parts values (3);
"""


def _state(database):
    with database.connect() as connection:
        return read_state(connection)


def _restored(backup, database, server):
    program = dump_program(server.version).with_name("pg_restore")
    subprocess.run([program, "--no-owner", "-d", database.url, backup.file], check=True, capture_output=True)


def test_restored_it_is_what_was_there(production, to, wider, make_database, server, pg_dump):
    production.connect().execute(ODD.encode())
    before = pg_dump(production)
    deploy(wider, to(), how=How(allow=["data-loss"], ignore=["*.parts", "*.part_1"], prove=False))
    (file,) = (to().state / "backups").iterdir()
    copy = make_database()
    _restored(type("B", (), {"file": file}), copy, server)
    assert pg_dump(copy) == before
    assert pg_dump(production) != before


def test_of_the_schema_alone_there_are_no_rows(production, to, make_database, server, pg_dump):
    backup = back_up(to(backup="schema"), production.version, _state(production))
    assert backup.kind == "schema"
    copy = make_database()
    _restored(backup, copy, server)
    assert pg_dump(copy, "-s") == pg_dump(production, "-s")
    assert copy.connect().execute("select count(*) from users").fetchone() == (0,)


def test_none_is_none(production, to, wider):
    done = deploy(wider, to(backup="none"), how=How(prove=False))
    assert done.backup is None
    assert not (to().state / "backups").exists()


def test_two_are_kept(production, to):
    state = _state(production)
    first, second = back_up(to(), production.version, state), back_up(to(), production.version, state)
    assert first.file != second.file and first.file.exists() and second.file.exists()


@pytest.mark.parametrize("left", [0, 10, 0.5, 0.98])
def test_a_file_that_is_cut_off_is_found_out(production, to, left):
    production.connect().execute("create table big as select n, md5(n::text) as m from generate_series(1, 20000) as n")
    backup = back_up(to(), production.version, _state(production))
    whole = backup.file.read_bytes()
    backup.file.write_bytes(whole[: left if isinstance(left, int) else int(len(whole) * left)])
    with pytest.raises(Refused, match="cannot be read"):
        verify_archive(backup.file, production.version)


def test_a_table_that_is_not_in_it_is_missed(production, to):
    backup = back_up(to(), production.version, _state(production))
    verify_archive(backup.file, production.version, [("public", "users")])
    with pytest.raises(Refused, match=r"lacks table public\.user"):
        verify_archive(backup.file, production.version, [("public", "user")])


def test_where_pg_dump_fails_nothing_is_changed_and_nothing_is_left(production, to, wider, role):
    name = role("login createdb")
    for statement in (
        "alter table users owner to {}", "alter table orders owner to {}", "grant all on schema public to {}",
        "create table hidden (a int)",
    ):  # fmt: skip
        production.connect().execute(statement.format(name).encode())
    before = _state(production)
    with pytest.raises(PgGitError, match=r"pg_dump failed: .*permission denied") as caught:
        deploy(wider, to(url=production.url_as(name)), how=How(prove=False, ignore=["*.hidden"]))
    assert isinstance(caught.value, SqlFailed)
    assert _state(production) == before
    assert list((to().state / "backups").iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next(production, to):
    directory: Path = to().state / "backups"
    directory.mkdir(parents=True)
    ours = directory / "production-20260101T000000.000000Z.dump.unfinished"
    theirs = directory / "production-eu-20260101T000000.000000Z.dump.unfinished"
    ours.touch()
    theirs.touch()
    back_up(to(), production.version, _state(production))
    assert not ours.exists() and theirs.exists()
