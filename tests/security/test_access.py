"""Access: what is recorded is what is granted, roles are told apart by OID, and an upgrade returns nothing that was taken."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

import pggit
from pggit.cli.main import main
from pggit.core.errors import NotFound, PermissionDenied, Refused
from pggit.repo.repository import Repository
from security.conftest import install_older
from servers import Database

LEVELS = ["reader", "auditor", "writer", "admin"]


@pytest.fixture
def repo(database: Database) -> Repository:
    """A tracked database."""
    with pggit.open(database.url) as repository:
        repository.init()
        yield repository


def rights(repo: Repository, role: str) -> set[tuple[object, ...]]:
    query = (
        "select g.class::regclass::text, pg_describe_object(g.class, g.objid, 0), g.privilege"
        " from pggit.granted_rights() as g where g.role_oid = (select oid from pg_roles where rolname = %s)"
    )
    return set(repo.connection.execute(query, [role]).fetchall())


def findings(repo: Repository) -> dict[str, str]:
    return dict(repo.connection.execute("select role, finding from pggit.access_findings()").fetchall())


@pytest.mark.parametrize("level", LEVELS)
def test_revoke_takes_all(repo: Repository, role: Callable[..., str], level: str) -> None:
    name = role()
    repo.grant(level, name)
    repo.connection.execute(
        f"grant all on all tables in schema pggit to {name}; grant all on sequence pggit.capture_id to {name}"
    )
    repo.revoke(name)
    assert rights(repo, name) == set() and findings(repo) == {}
    with (
        pggit.open(psycopg.conninfo.make_conninfo(repo.connection.info.dsn, user=name)) as other,
        pytest.raises(PermissionDenied),
    ):
        other.log()
    with pytest.raises(NotFound, match="has no access"):
        repo.revoke(name)
    with pytest.raises(NotFound, match="no role"):
        repo.revoke("nobody_there")
    repo.upgrade()
    assert rights(repo, name) == set()


def test_the_command(
    repo: Repository, database: Database, role: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    name = role()
    repo.grant("reader", name)
    assert main(["--db", database.url, "revoke", name]) == 0
    assert capsys.readouterr().out == f"{name} has no access any more.\n"
    assert main(["--db", database.url, "revoke", name]) == 3
    repo.connection.execute("grant usage on schema pggit to public")
    assert findings(repo).keys() == {"PUBLIC"}
    assert main(["--db", database.url, "--json", "revoke", "public"]) == 0
    assert findings(repo) == {}


def test_another_level_takes_the_place_of_the_one_before(repo: Repository, role: Callable[..., str]) -> None:
    name = role()
    had = {}
    for level in [*LEVELS, *reversed(LEVELS)]:
        repo.grant(level, name)
        assert had.setdefault(level, rights(repo, name)) == rights(repo, name), level
        assert findings(repo) == {}
    assert had["reader"] < had["auditor"] < had["writer"] < had["admin"]


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("level", LEVELS)
def test_an_upgrade_gives_each_level_all_of_it(
    make_database: Callable[..., Database], role: Callable[..., str], level: str, older: bool
) -> None:
    name, database = role(), make_database()
    if older:
        install_older(database)
    with pggit.open(database.url) as repo:
        if not older:
            repo.init()
        repo.connection.execute("select pggit.grant_access(%s, %s)", [level, name])
        repo.upgrade()
        upgraded = rights(repo, name)
        assert findings(repo) == {}
        repo.grant(level, name)
        assert rights(repo, name) == upgraded


@pytest.mark.parametrize("older", [False, True])
def test_what_was_taken_by_hand_stays_taken(
    make_database: Callable[..., Database], role: Callable[..., str], older: bool
) -> None:
    gone, partly, given, database = role(), role(), role(), make_database()
    if older:
        install_older(database)
    with pggit.open(database.url) as repo:
        if not older:
            repo.init()
        for name in (gone, partly):
            repo.connection.execute("select pggit.grant_access('admin', %s)", [name])
        repo.connection.execute(
            f"revoke usage on schema pggit from {gone};"
            f" revoke execute on function pggit.gc(interval) from {partly}; revoke select on pggit.statement from {partly};"
            f" grant usage on schema pggit to {given}; grant select on pggit.statement to {given}"
        )
        repo.upgrade()
        assert rights(repo, gone) == set() and rights(repo, given) == set()
        may = {what for _, what, _ in rights(repo, partly)}
        assert "function pggit.gc(interval)" not in may and "table pggit.statement" not in may
        assert {"schema pggit", "function pggit.set(text,text)", "table pggit.change"} <= may
        told = findings(repo)
        assert told[gone].startswith("is recorded as admin and lacks") and told[partly].startswith(
            "is recorded as admin and lacks 2 of"
        )
        health = {check.name: check for check in repo.health()}
        assert health["access"].status == "warning" and ("lacks" in health["access"].message)
        repo.upgrade()
        assert findings(repo) == told


def test_health_tells_of_rights_that_pggit_did_not_give(repo: Repository, role: Callable[..., str]) -> None:
    name, reader = role(), role()
    repo.grant("reader", reader)
    repo.connection.execute(
        f"grant select on pggit.statement to {name}; grant execute on function pggit.gc(interval) to {reader}"
    )
    assert findings(repo).keys() == {name, reader}
    assert "table pggit.statement" in findings(repo)[name]


def test_a_renamed_role_keeps_its_level_and_its_old_name_gives_none(
    repo: Repository, server, role: Callable[..., str]
) -> None:
    name, other = role(), role()
    repo.grant("writer", name)
    repo.grant("reader", other)
    had = rights(repo, name)
    new = f"{name}_new"
    server.admin.execute(f"alter role {name} rename to {new}; alter role {other} rename to {name}")
    try:
        assert f"is called {new} now" in findings(repo)[name] and "is called" in findings(repo)[other]
        repo.upgrade()
        assert rights(repo, new) == had and {level for level, _ in access(repo).items()} == {new, name}
        assert access(repo) == {new: "writer", name: "reader"} and findings(repo) == {}
    finally:
        server.admin.execute(f"alter role {name} rename to {other}; alter role {new} rename to {name}")


def access(repo: Repository) -> dict[str, str]:
    return dict(repo.connection.execute("select role::text, level from pggit.access").fetchall())


def test_another_role_of_the_same_name_gets_nothing(repo: Repository, server, role: Callable[..., str]) -> None:
    name = role()
    repo.grant("admin", name)
    repo.connection.execute(f"drop owned by {name}")
    server.admin.execute(f"drop role {name}; create role {name} login")
    assert "no longer there" in findings(repo)[name]
    repo.upgrade()
    assert rights(repo, name) == set() and access(repo) == {}


def test_the_record_of_a_role_that_is_gone_can_be_removed(repo: Repository, server) -> None:
    server.admin.execute("create role short_lived")
    repo.grant("reader", "short_lived")
    repo.connection.execute("drop owned by short_lived")
    server.admin.execute("drop role short_lived")
    repo.revoke("short_lived")
    assert access(repo) == {}


def test_the_owner_needs_no_access(repo: Repository) -> None:
    for call in (lambda: repo.grant("reader", "postgres"), lambda: repo.revoke("postgres")):
        with pytest.raises(Refused, match="owns schema pggit"):
            call()
    repo.commit("still works", allow_empty=True)


def test_default_privileges_give_nothing(database: Database, role: Callable[..., str]) -> None:
    name = role()
    with database.connect() as connection:
        connection.execute(
            f"alter default privileges grant all on tables to {name}; alter default privileges grant all on functions to {name};"
            f" alter default privileges grant all on schemas to {name}; alter default privileges grant all on sequences to {name}, public;"
            " alter default privileges grant select on tables to public"
        )
    with pggit.open(database.url) as repo:
        repo.init()
        assert findings(repo) == {} and rights(repo, name) == set()
        repo.upgrade()
        assert findings(repo) == {} and rights(repo, name) == set()
        found = repo.connection.execute("select count(*) from pggit.granted_rights()").fetchone()
        assert found == (0,)


def test_only_the_owner_gives_and_takes(repo: Repository, database: Database, role: Callable[..., str]) -> None:
    name, other = role(), role()
    repo.grant("admin", name)
    with database.connect(user=name) as admin:
        for call in (
            f"grant_access('admin', '{other}')",
            f"revoke_access('{other}')",
            "take_rights(0)",
            "give_rights(0, '{}')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute(f"select pggit.{call}")
