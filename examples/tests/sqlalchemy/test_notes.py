"""SQLAlchemy: an engine for each test."""

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


@pytest.fixture
def session(pggit_db):
    engine = create_engine(pggit_db.sqlalchemy_url("psycopg"))
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_a_note(session):
    session.add(Note(body="one"))
    session.commit()
    assert session.scalars(select(Note.body)).all() == ["one"]


def test_another_test_sees_nothing_of_it(session):
    assert session.scalar(select(func.count()).select_from(Note)) == 0


def test_an_empty_note_is_refused(session):
    session.add(Note(body=""))
    with pytest.raises(IntegrityError):
        session.commit()
