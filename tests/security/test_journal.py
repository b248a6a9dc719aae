"""A planted journal: schema pggit_apply of a role with CREATE on the database."""

from __future__ import annotations

import json
from dataclasses import asdict

import psycopg
import pytest

import pggit
from pggit.apply import journal
from pggit.apply.run import abandon, apply
from pggit.db.trust import Untrusted
from pggit.plan.make import plan as make_plan
from pggit.plan.model import Plan, Statement, to_json
from pggit.work.pending import pending
from pggit.work.switch import switch
from security.conftest import Attacker


@pytest.fixture
def planted(attacker: Attacker) -> Attacker:
    """A journal that promotes the attacker if its function is called, or its plan is run."""
    evil = Statement(f"select {attacker.trap}()", "alter", "schema public", transaction="none", undo=None)
    plan = Plan("work", "switch main", "0" * 64, "0" * 64, attacker.database.version, statements=(evil,))
    at = journal.Position(plan.hash, 0, 1, True, 0, "now", attacker.name, "work", "pggit switch main")
    with attacker.database.connect() as admin:
        admin.execute(f'grant create on database "{attacker.database.name}" to "{attacker.name}"')
    with attacker.connect() as connection:
        connection.execute(
            "create schema pggit_apply;"
            f" create function pggit_apply.plan() returns text language sql as $evil$ select {attacker.trap}()::text $evil$"
        )
        connection.execute("set check_function_bodies = off")
        note = json.dumps({"pggit_apply": journal.FORMAT, **asdict(at)})
        connection.execute(psycopg.sql.SQL("comment on schema pggit_apply is {}").format(note))
    return attacker


def plan_in_body(attacker: Attacker) -> None:
    """As `planted`, with a whole plan as the function's body."""
    evil = Statement(f"select {attacker.trap}()", "alter", "schema public", transaction="own")
    plan = Plan("work", "switch main", "0" * 64, "0" * 64, attacker.database.version, statements=(evil,))
    at = journal.Position(plan.hash, 0, 1, False, 0, "now", attacker.name, "work", "pggit switch main")
    with attacker.connect() as connection:
        connection.execute("set check_function_bodies = off; drop function pggit_apply.plan()")
        body = psycopg.sql.Literal(to_json(plan))
        connection.execute(
            psycopg.sql.SQL("create function pggit_apply.plan() returns void language sql as {}").format(body)
        )
        note = json.dumps({"pggit_apply": journal.FORMAT, **asdict(at)})
        connection.execute(psycopg.sql.SQL("comment on schema pggit_apply is {}").format(note))


@pytest.mark.parametrize("body", ["a function", "a plan"])
def test_it_is_neither_called_nor_run(planted: Attacker, body: str) -> None:
    if body == "a plan":
        plan_in_body(planted)
    with pggit.open(planted.database.url) as repository:
        assert repository.status().changes is not None
        (found,) = pending(repository)
        assert planted.name in found.about and "drop schema pggit_apply cascade" in found.give_up
        for command in (
            lambda: switch(repository, "main"),
            lambda: abandon(repository.connection),
            lambda: apply(repository.connection, make_plan(planted.database.url, "empty", repository)),
        ):
            with pytest.raises(Untrusted, match=planted.name) as refused:
                command()
            assert "drop schema pggit_apply cascade" in (refused.value.hint or "")
    assert planted.loot() == []


def test_one_function_of_another_role_is_enough(planted: Attacker) -> None:
    with planted.database.connect() as admin:
        admin.execute("alter schema pggit_apply owner to postgres")
        with pytest.raises(Untrusted, match=planted.name):
            journal.read(admin)


def test_the_owner_of_the_database_is_believed_and_not_obeyed(planted: Attacker) -> None:
    plan_in_body(planted)
    with planted.database.connect() as admin:
        admin.execute(f'alter database "{planted.database.name}" owner to "{planted.name}"')
    try:
        with pggit.open(planted.database.url) as repository:
            assert journal.read(repository.connection) is not None
            with pytest.raises(Untrusted, match="does not run it"):
                switch(repository, "main")
        with planted.connect() as own:
            assert journal.plan_of(own).target == "switch main"
        assert planted.loot() == []
    finally:
        with planted.database.connect() as admin:
            admin.execute(f'alter database "{planted.database.name}" owner to postgres')


def test_a_plan_that_was_altered_is_refused(planted: Attacker) -> None:
    plan_in_body(planted)
    with planted.database.connect() as admin:
        admin.execute("alter schema pggit_apply owner to postgres; alter function pggit_apply.plan() owner to postgres")
        journal.plan_of(admin)
        admin.execute("set check_function_bodies = off")
        admin.execute(
            "create or replace function pggit_apply.plan() returns void language sql as"
            " '" + to_json(Plan("a", "b", "0" * 64, "0" * 64, planted.database.version)) + "'"
        )
        with pytest.raises(pggit.core.errors.Refused, match="was altered"):
            journal.plan_of(admin)
