"""Templates of a state of a tracked database: a commit, a branch, a tag, ``work``; built by a plan from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pggit.clone.carry import Properties, properties
from pggit.core.state import State
from pggit.core.tree import root
from pggit.db.connect import connect, connection_parameters
from pggit.db.locale import Locale, locale_of
from pggit.db.sqlstate import translated
from pggit.repo.repository import Repository
from pggit.sandbox.sandbox import sandbox_in
from pggit.settings import load

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True)
class Committed:
    """A state of a tracked database.

    Attributes:
        url: leads to the tracked database.
        expression: the state, as `Repository.load` takes it.
    """

    url: str
    expression: str
    base: None = None

    @property
    def label(self) -> str:
        """Database and state."""
        return f"{connection_parameters(self.url).get('dbname', 'database')} at {self.expression}"

    @contextmanager
    def reading(self, connection: Connection) -> Iterator[ReadingState]:
        """Load the state; see `Source.reading`.

        Raises:
            NotFound: there is no such state.
            NotInstalled: the database is not tracked.
        """
        with Repository(connect(self.url)) as repository:
            repository.require_installed()
            state, locale = repository.load(self.expression), locale_of(repository.connection)
            source = properties(repository.connection, repository.connection.info.dbname)
        rights = None if source.grants is None else _rights(connection, source.grants)
        inputs: dict[str, Any] = {"root": root(state)[0]}
        if rights is not None:
            inputs["grants"] = rights.grants
        yield ReadingState(state, inputs, locale, rights)


def _rights(connection: Connection, grants: tuple[tuple[str, str, bool], ...]) -> Properties:
    """What may be done with the tracked database, for roles of the server on which the template is built."""
    with translated():
        rows = connection.execute("select pg_catalog.quote_ident(rolname) from pg_catalog.pg_roles").fetchall()
        ((role,),) = connection.execute("select pg_catalog.quote_ident(current_user)").fetchall()
    there = {"public", *(name for (name,) in rows)}
    kept = tuple(grant for grant in grants if grant[0] in there)
    return Properties(owner=role, grants=kept, settings=(), owned=True, giveable=True)


@dataclass(frozen=True)
class ReadingState:
    """A state; its exact hash stands for all of it."""

    state: State
    inputs: dict[str, Any]
    locale: Locale
    properties: Properties | None = None
    detail: str = ""
    analyzed: bool = False

    def fill(self, target: Connection) -> list[str]:
        """Apply the plan from the empty database.

        Raises:
            PgGitError: as `apply`.
        """
        from pggit.apply.handing import hand_over  # planning is imported where it is needed: it takes its time
        from pggit.apply.trial import fill

        with sandbox_in(target, target, trust=load().trust_source) as sandbox:
            fill(sandbox, self.state)
            hand_over(sandbox)
        return []
