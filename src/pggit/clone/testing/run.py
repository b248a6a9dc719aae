"""One process's part in a test run: its server, its template, the databases of its tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.clone import clone
from pggit.clone.source.command import command_of
from pggit.clone.source.named import environment_of, source_of
from pggit.clone.template import Template, build
from pggit.clone.testing import place as places
from pggit.clone.testing.names import names, new_maker
from pggit.clone.testing.supply import Supply
from pggit.core.errors import UsageError
from pggit.db import database
from pggit.db.connect import database_url, parameters_of, url_of
from pggit.db.redact import redact_url
from pggit.db.scratch import try_lock
from pggit.repo.states import is_path, is_url
from pggit.settings import load

if TYPE_CHECKING:
    from pggit.clone.source.source import Source
    from pggit.clone.testing.place import Place

COMMAND = "run:"
NO_SOURCE = "no source is set for the databases of tests"
NO_SOURCE_HINT = 'pggit_source = "dir:schema" in pytest\'s ini options, or a fixture pggit_source that returns it.'


@dataclass(frozen=True)
class TestDatabase:
    """A database of one test. As text it is its URL.

    Attributes:
        name: of the database.
        url: leads to it, for libpq and for every driver that reads its URLs: ``postgresql://…``.
        template: what it is a copy of.
    """

    __test__ = False  # no test class, whatever pytest thinks of the name

    name: str
    url: str
    template: str

    def __str__(self) -> str:
        return self.url

    @property
    def parameters(self) -> dict[str, str]:
        """What the URL says, as keyword arguments for a driver: host, port, user, password, dbname."""
        return parameters_of(self.url)

    def sqlalchemy_url(self, driver: str = "psycopg") -> str:
        """Return the URL for SQLAlchemy's create_engine.

        https://docs.sqlalchemy.org/en/20/dialects/postgresql.html

        Args:
            driver: ``psycopg``, ``asyncpg``, ``psycopg2``, ``pg8000``.
        """
        return self.url.replace("postgresql://", f"postgresql+{driver}://", 1)


@dataclass
class Run:
    """One process's part in a test run.

    Args:
        root: the directory that relative paths start from, and from which the settings file is looked for.
        environment: of the settings file.
        depends: globs of the files that what a command makes depends on.
        worker: which process: ``main``, ``gw0``.
        keep: how many databases of failed tests are kept at most.
    """

    root: Path
    environment: str | None = None
    depends: tuple[str, ...] = ()
    worker: str = "main"
    keep: int = 10
    taken: int = 0
    waited: float = 0.0
    kept: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _place: Place | None = None
    _supplies: dict[str, Supply] = field(default_factory=dict)
    _earlier: dict[str, list[str]] = field(default_factory=dict)
    _names: Iterator[str] = field(default_factory=lambda: iter(()))

    def __post_init__(self) -> None:
        self.settings = load(cwd=self.root)

    def join(self, url: str | None = None) -> str:
        """Join the server, once; clear away what killed runs left there.

        Args:
            url: of a server; None: the project's own for tests, which is started.

        Returns:
            Its URL.

        Raises:
            ConnectionFailed: there is none.
        """
        if self._place is not None:
            return self._place.url
        self._place = places.join(self.settings, url)
        maker = new_maker(self.worker)
        try_lock(self._place.connection, maker)
        self._names = names(maker)
        places.sweep(self._place.connection)
        for one in clone.clones(self._place.connection):
            if one.mine and places.is_kept(one) and one.label.more["project"] == str(self.root):
                self._earlier.setdefault(one.label.more["test"], []).append(one.name)
        return self._place.url

    def template(self, source: str | None) -> Template:
        """Return the template of a source, built by whichever process comes first.

        Args:
            source: what `pggit template build --from` takes, relative paths start from ``root``; or ``run:COMMAND``.

        Raises:
            UsageError: there is no source.
            PgGitError: as `build`.
        """
        return build(self._joined.connection, self._source(source))

    def lend(self, template: str) -> TestDatabase:
        """Return a fresh clone of a template, for one test."""
        begun = time.monotonic()
        supply = self._supplies.get(template)
        if supply is None:
            supply = Supply(database.maintenance(self._joined.url), template, self._names)
            self._supplies[template] = supply
        made = supply.take()
        self.waited += time.monotonic() - begun
        self.taken += 1
        return TestDatabase(made.name, url_of(self._joined.url, made.name), template)

    @property
    def elsewhere(self) -> str | None:
        """The URL of the server that was joined, where it is not the project's own. It may hold a password."""
        return self._place.url if self._place and self._place.server is None else None

    def keep_for(self, test: str, lent: TestDatabase) -> str | None:
        """Keep the database of a failed test, unless enough are kept.

        Args:
            test: the test's name: by it the next run finds what this one kept.
            lent: its database.

        Returns:
            Its URL without the password; None where it is not kept.
        """
        if lent.name in self.kept:
            return redact_url(lent.url)
        if len(self.kept) >= self.keep:
            return None
        connection = self._joined.connection
        label = clone.one(connection, lent.name).label
        more = {**label.more, "test": test, "project": str(self.root)}
        database.comment(connection, lent.name, replace(label, more=more).text())
        self.kept.append(lent.name)
        return redact_url(lent.url)

    def give_back(self, test: str, lent: TestDatabase) -> None:
        """Take a database back from a test that is over; what an earlier run kept of this test goes, too."""
        supply = self._supplies[lent.template]
        for name in self._earlier.pop(test, []):
            supply.give_back(name, force=False)
        if lent.name not in self.kept:
            supply.give_back(lent.name)

    def close(self) -> None:
        """Drop what is left of this process, but what is kept."""
        for supply in self._supplies.values():
            self.remarks += supply.close()
        if self._place is not None:
            self._place.connection.close()
        self._supplies, self._place = {}, None

    def end(self, url: str | None = None) -> None:
        """End the whole run, after every process of it has closed its part.

        Args:
            url: of the server; None: the project's own for tests, which is stopped where nobody needs it any more.
        """
        place = places.rejoin(self.settings, url)
        if place is not None:
            places.leave(place)

    @property
    def _joined(self) -> Place:
        assert self._place is not None, "join comes first"
        return self._place

    def _source(self, written: str | None) -> Source:
        environment = environment_of(self.settings, self.environment) if self.environment else None
        if not written and not (environment and environment.include):
            raise UsageError(NO_SOURCE, hint=NO_SOURCE_HINT)
        if written and written.startswith(COMMAND):
            return command_of(written.removeprefix(COMMAND).strip(), self.root, self.depends)
        path = self.root / (written or "").removeprefix("dir:")
        if written and not is_url(written) and (is_path(written) or path.exists()):
            written = f"dir:{path}"
        of_files = not written or is_url(written) or is_path(written)
        url = "" if of_files else database_url(self.settings)
        return source_of(written or None, url, self.settings, environment=self.environment)
