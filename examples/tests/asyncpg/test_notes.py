"""asyncpg: the URL; a loop for each test."""

import asyncio

import asyncpg
import pytest


def on(pggit_db, work):
    """Run a coroutine function with a connection to the test's database."""

    async def connected():
        connection = await asyncpg.connect(pggit_db.url)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(connected())


def test_a_note(pggit_db):
    async def work(connection):
        await connection.execute("insert into notes (body) values ($1)", "one")
        return await connection.fetchval("select body from notes")

    assert on(pggit_db, work) == "one"


def test_another_test_sees_nothing_of_it(pggit_db):
    async def work(connection):
        return await connection.fetchval("select count(*) from notes")

    assert on(pggit_db, work) == 0


def test_an_empty_note_is_refused(pggit_db):
    async def work(connection):
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("insert into notes (body) values ('')")

    on(pggit_db, work)
