"""psycopg: the URL, or the parameters."""

import psycopg
import pytest


@pytest.fixture
def connection(pggit_db):
    with psycopg.connect(pggit_db.url) as connection:
        yield connection


def test_a_note(connection):
    connection.execute("insert into notes (body) values ('one')")
    connection.commit()
    assert connection.execute("select body from notes").fetchall() == [("one",)]


def test_another_test_sees_nothing_of_it(connection):
    assert connection.execute("select count(*) from notes").fetchone() == (0,)


def test_an_empty_note_is_refused(pggit_db):
    with (
        psycopg.connect(**pggit_db.parameters) as connection,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        connection.execute("insert into notes (body) values ('')")
