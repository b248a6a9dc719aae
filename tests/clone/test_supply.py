"""Clones made ahead by a thread: none is lost, and no error."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from clone.conftest import names
from pggit.clone.testing.names import maker_of, new_maker
from pggit.clone.testing.names import names as names_of
from pggit.clone.testing.supply import Supply
from pggit.core.errors import NotFound, PgGitError
from pggit.db import database as databases

Make = Callable[..., Supply]


@pytest.fixture
def make_supply(server, admin: psycopg.Connection) -> Iterator[Make]:
    """Makes supplies; they are closed after the test."""
    made: list[Supply] = []

    def make(template: str, ahead: int = 1) -> Supply:
        made.append(Supply(databases.maintenance(server.url), template, names_of(new_maker("gw0")), ahead))
        return made[-1]

    yield make
    for supply in made:
        supply.close()


def test_a_name_tells_its_maker():
    maker = new_maker("gw3")
    assert [maker_of(name) for name in itertools.islice(names_of(maker), 2)] == [maker, maker]
    assert maker_of(maker) is None and maker_of("shop") is None


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_each_is_taken_once_and_all_are_dropped(make_supply: Make, make_template, admin, ahead: int):
    supply = make_supply(make_template(), ahead)
    before = set(names(admin))
    taken = [supply.take().name for _ in range(4)]
    assert len(set(taken)) == 4
    assert set(taken) <= set(names(admin))
    for name in taken:
        supply.give_back(name)
    assert supply.close() == []
    assert set(names(admin)) == before - set(taken)


def test_several_threads_take_from_one(make_supply: Make, make_template):
    supply = make_supply(make_template())
    taken: list[str] = []
    threads = [threading.Thread(target=lambda: taken.append(supply.take().name)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for name in taken:
        supply.give_back(name)
    assert len(set(taken)) == 6
    assert supply.close() == []


def test_who_takes_gets_the_error(make_supply: Make):
    supply = make_supply("pggit_template_nowhere")
    for _ in range(2):
        with pytest.raises(NotFound, match="there is no template pggit_template_nowhere"):
            supply.take()


def test_a_connection_that_breaks_is_an_error_not_a_silence(make_supply: Make, make_template, server, admin):
    supply = make_supply(make_template(), 0)
    supply.give_back(supply.take().name)
    others = [server.admin.info.backend_pid, admin.info.backend_pid]
    admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> all (%s)", (others,))
    with pytest.raises(PgGitError):
        supply.take()
    supply.give_back("pggit_test_00000000_main_1")
    (remark,) = supply.close()[-1:]
    assert "could not be dropped" in remark


def test_what_cannot_be_dropped_is_told(make_supply: Make, make_template, server, admin):
    supply = make_supply(make_template(), 0)
    name = supply.take().name
    with psycopg.connect(server.url_of(name), autocommit=True) as connection:
        connection.execute("begin; insert into t values (2); prepare transaction 'pending'")
    supply.give_back(name)
    (remark,) = supply.close()
    assert name in remark and "prepared transaction" in remark
    with psycopg.connect(server.url_of(name), autocommit=True) as connection:
        connection.execute("rollback prepared 'pending'")
