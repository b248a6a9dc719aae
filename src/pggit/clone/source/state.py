"""Templates of a state of a tracked database: a commit, a branch, a tag, ``work``; built by a plan from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.state import State
from pggit.core.tree import root
from pggit.db.connect import connect, connection_parameters
from pggit.db.locale import Locale, locale_of
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
        yield ReadingState(state, {"root": root(state)[0]}, locale)


@dataclass(frozen=True)
class ReadingState:
    """A state; its exact hash stands for all of it."""

    state: State
    inputs: dict[str, str]
    locale: Locale
    properties: None = None
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
