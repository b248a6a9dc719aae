"""What may change between two anchors is not taken for an alteration: what pgGit's own commands do, and PostgreSQL."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import pggit
from pggit.core.allowed_signers import parse_allowed_signers
from pggit.core.results import Finding
from pggit.repo.repository import Repository
from pggit.repo.signing import load_signer, sign_commits, verify
from pggit.repo.signing.anchor import compare, write_anchor
from pggit.repo.signing.stored import create_signed_tag
from security.conftest import install_older
from servers import Database


class Kept:
    """A tracked database that was anchored once."""

    def __init__(self, repository: Repository, directory: Path) -> None:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / "key"], check=True)
        self.repository, self.file, self.signer = repository, directory / "anchors", load_signer(directory / "key")
        self.allowed = parse_allowed_signers(f"ann {self.signer.public}", "file")
        for n in range(2):
            self.sql(f"create table t{n} (id int)")
            repository.commit(f"t{n}")
        repository.create_branch("side", "HEAD~1")
        create_signed_tag(repository, "v1", "HEAD", "First", self.signer)
        self.anchor()

    def sql(self, text: str) -> None:
        self.repository.connection.execute(text.encode())

    def anchor(self, reason: str | None = None) -> None:
        write_anchor(self.repository, self.file, self.signer, reason=reason)

    def findings(self) -> list[Finding]:
        return list(compare(self.repository, self.file, self.allowed).findings)

    def wrong(self) -> list[Finding]:
        return [one for one in self.findings() if one.severity != "note"]

    def notes(self) -> set[tuple[str, str]]:
        return {(one.problem, one.object) for one in self.findings() if one.severity == "note"}


@pytest.fixture
def kept(database: Database, tmp_path: Path):
    with pggit.open(database.url) as repository:
        repository.init()
        yield Kept(repository, tmp_path)


def test_settings_rights_and_protections_are_noted_with_who_changed_them(kept: Kept, role: Callable[..., str]) -> None:
    name = role()
    kept.repository.set("author", "ann")
    kept.repository.grant("writer", name)
    kept.repository.grant("reader", name)
    kept.sql("select pggit.protect('release*', 1); select pggit.protect('side'); select pggit.unprotect('side')")
    assert kept.wrong() == []
    assert kept.notes() == {
        ("changed", "setting author"),
        ("changed", f"access {name}"),
        ("changed", "protection release*"),
    }
    kept.anchor()
    assert kept.findings() == []
    kept.repository.set("author", "")
    assert [one.message.partition(",")[0] for one in kept.findings()] == ["reset"]


def test_a_role_that_is_renamed_keeps_its_rights(kept: Kept, role: Callable[..., str], server) -> None:
    name = role()
    kept.repository.grant("reader", name)
    kept.anchor()
    kept.sql(f"alter role {name} rename to {name}_now")
    try:
        assert "rewritten grants" not in {one.problem for one in kept.wrong()}
    finally:
        kept.sql(f"alter role {name}_now rename to {name}")


def test_branches_tags_and_what_goes_with_them(kept: Kept) -> None:
    repository = kept.repository
    sign_commits(repository, [repository.commit_info().hash], kept.signer)
    repository.rename_branch("side", "other")
    repository.create_branch("side")
    repository.rename_branch("other", "third")
    kept.anchor(reason="renamed")
    assert kept.wrong() == []
    repository.delete_tag("v1")
    assert {one.problem for one in kept.wrong()} == {"deleted"}
    create_signed_tag(repository, "v1", "HEAD~1", "Second", kept.signer)
    kept.anchor(reason="v1 was wrong")
    assert kept.wrong() == []


def test_statements_that_are_captured_folded_and_committed(kept: Kept) -> None:
    kept.sql("create table pending (id int)")
    kept.anchor()
    assert kept.findings() == []
    kept.repository.status()
    assert kept.findings() == []
    kept.anchor()
    kept.sql("begin; create table a (id int); create table b (id int); commit")
    kept.repository.commit("all")
    assert kept.findings() == []
    kept.anchor()
    assert kept.findings() == []
    kept.sql(
        "update pggit.change set commit = (select commit from pggit.change where id = 1) where key = 'table public.pending'"
    )
    assert [one.problem for one in kept.wrong()] == ["rewritten history"]


def test_what_gc_removes(kept: Kept) -> None:
    repository = kept.repository
    (made,) = repository._one(
        "select encode(pggit.put_commit((select tree from pggit.commit limit 1), array[pggit.head()], 'ann', clock_timestamp(), 'x'), 'hex')"
    )
    sign_commits(repository, [made], kept.signer)
    kept.anchor()
    assert repository.gc()["commit"] == 1
    assert kept.wrong() == []


def test_an_upgrade(kept: Kept) -> None:
    kept.repository.upgrade()
    assert kept.findings() == []
    kept.sql("create or replace function pggit.short(hash bytea) returns text language sql immutable"
             " set search_path = pg_catalog, pg_temp as $$ select 'x' $$")  # fmt: skip
    assert [one.problem for one in kept.wrong()] == ["altered engine"]
    kept.repository.upgrade()
    assert kept.findings() == []


def test_an_engine_of_another_version(kept: Kept) -> None:
    """As long as it is not upgraded it cannot be compared; its anchor holds nevertheless."""
    kept.sql("create or replace function pggit.version() returns text language sql immutable"
             " set search_path = pg_catalog, pg_temp as $$ select '0.0.1' $$")  # fmt: skip
    assert [one.problem for one in kept.repository.fsck()] == ["engine not compared"]
    assert [one.status for one in kept.repository.health() if one.name == "engine"] == ["warning"]
    assert [one.problem for one in kept.wrong()] == ["altered engine"]
    kept.file.unlink()
    kept.anchor()
    assert kept.findings() == []
    kept.repository.upgrade()
    assert kept.notes() == {("engine", "engine")} and kept.wrong() == []


def test_a_vacuum_and_a_copy(kept: Kept, make_database: Callable[..., Database], database: Database) -> None:
    kept.sql("vacuum full pg_catalog.pg_trigger")
    kept.sql("vacuum freeze pg_catalog.pg_event_trigger")
    assert kept.findings() == []
    kept.repository.close()
    with pggit.open(make_database(database.name).url) as copied:
        assert compare(copied, kept.file, kept.allowed).findings == ()
        copied.status()
        assert compare(copied, kept.file, kept.allowed).findings == ()


# what a superuser altered in a store of an older engine, before it was upgraded
TAMPERED = [
    "update pggit.commit set author = 'mallory' where message = 't0'",
    "update pggit.reflog set who = 'mallory' where id = 2",
    "delete from pggit.reflog where id = 2",
    "update pggit.ref set commit = (select min(encode(hash, 'hex')) from pggit.commit)::bytea where name = 'heads/side'",
    "update pggit.statement set text = 'select 1'",
]


@pytest.mark.parametrize("how", [None, *TAMPERED])
def test_an_upgrade_from_version_1_keeps_every_row_as_it_is(
    make_database: Callable[..., Database], how: str | None
) -> None:
    database = make_database()
    install_older(database)
    tables = (
        "commit", "commit_change", "ref", "signature", "reflog", "setting", "transaction", "change", "statement", "access", "merges",
        "conflicts", "protection", "request", "request_revision", "approval",
    )  # fmt: skip
    with pggit.open(database.url) as repository:
        connection = repository.connection
        for n in range(2):
            connection.execute(f"create table t{n} (id int)".encode())
            connection.execute("select pggit.commit(%s)", [f"t{n}"])
        connection.execute("select pggit.create_branch('side', 'HEAD~1')")
        connection.execute(
            "insert into pggit.approval (id, request, revision, source, verdict, who, author) values (1, 1, 1, '', 'approve', 'nobody', 'x')"
        )
        if how:
            connection.execute(
                f"set session_replication_role = replica; {how}; set session_replication_role = origin".encode()
            )

        columns = {
            table: connection.execute(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
                " where attrelid = %s::regclass and attnum > 0", [f"pggit.{table}"]
            ).fetchone()[0]
            for table in tables
        }  # fmt: skip

        def rows() -> dict[str, list[str]]:
            return {
                table: [row for (row,) in connection.execute(f"select row(x.*)::text from (select {names} from pggit.{table}) as x order by 1")]
                for table, names in columns.items()
            }  # fmt: skip

        before = rows(), [one for one in verify(repository, all=True).findings]
        repository.upgrade()
        assert (rows(), [one for one in verify(repository, all=True).findings]) == before
        assert connection.execute("select role from pggit.approval").fetchall() == [(None,)]
        assert connection.execute("select count(*) from pggit.reflog where role is null").fetchone() == (
            (1,) if how and "mallory' where id = 2" in how else (0,)
        )


def test_a_restored_dump_is_the_same_repository(
    kept: Kept, database: Database, make_database, pg_dump, server, tmp_path
) -> None:
    pg_dump(database, "-Fc", "-f", str(tmp_path / "dump"))
    places = (server.bindir, Path(f"/usr/lib/postgresql/{server.version}/bin"))
    restore = next(path for path in places if (path / "pg_dump").exists())
    restored = make_database()
    subprocess.run([restore / "pg_restore", "-d", restored.url, tmp_path / "dump"], check=True)
    with pggit.open(restored.url) as other:
        assert compare(other, kept.file, kept.allowed).findings == ()
        other.connection.execute("update pggit.reflog set who = 'ann' where id = 1")
        assert {one.problem for one in compare(other, kept.file, kept.allowed).findings} == {"rewritten reflog"}
