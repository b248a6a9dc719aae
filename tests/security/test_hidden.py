"""Schemas that have a name of pgGit's and belong to somebody who is not believed: nothing can be hidden in them."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

import pggit
from pggit.kinds.coverage import unmodelled
from pggit.kinds.reader import read_state
from servers import Database

NAMES = ["pggit_apply", "pggit_stash", "pggit_run_0123456789abcdef", "pggit_run_0123456789abcdef0123456789abcdef"]


@pytest.fixture
def maker(tracked: Database, role: Callable[..., str]) -> psycopg.Connection:
    """A session of a role that may make schemas, and is nobody else's."""
    name = role()
    with psycopg.connect(tracked.url, autocommit=True) as admin:
        admin.execute(f"grant create on database {tracked.name} to {name}")
    return tracked.connect(user=name)


@pytest.mark.parametrize("name", NAMES)
def test_what_others_make_in_such_a_schema_is_seen(tracked: Database, maker: psycopg.Connection, name: str) -> None:
    maker.execute(f"create schema {name}; create table {name}.hidden (a int)")
    table = f"table {name}.hidden"
    with pggit.open(tracked.url) as repository:
        assert table in {change.key for change in repository.status().changes}
        repository.commit("seen")
        maker.execute(f"drop table {name}.hidden")
        assert table in {change.key for change in repository.status().changes}
    maker.execute(f"create view {name}.hidden_view as select 1 as a")
    with psycopg.connect(tracked.url, autocommit=True) as admin:
        assert f"view {name}.hidden_view" in read_state(admin).groups


@pytest.mark.parametrize("name", NAMES)
def test_those_of_the_owner_are_not_tracked(tracked: Database, name: str) -> None:
    with pggit.open(tracked.url) as repository, psycopg.connect(tracked.url, autocommit=True) as admin:
        admin.execute(f"create schema {name}; create table {name}.kept (a int)")
        assert repository.status().changes == ()
        assert not any(name in group for group in read_state(admin).groups)
        assert not [found for found in unmodelled(admin) if name in str(found)]
