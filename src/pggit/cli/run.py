"""One run of a command: its options, its settings, its database, its output."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pggit.cli.output import Output
from pggit.cli.stream import say, spinning
from pggit.core.errors import Busy, NotFound
from pggit.settings import trust_source

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.errors import Diagnostic

    from pggit.repo.repository import Repository
    from pggit.settings import Settings


AMBIGUOUS = "PG0W1"
"""The SQLSTATE of the engine's warning that a name is ambiguous."""

_LOCKED = "55P03"

_UNSAFE = (
    "warning: the engine in this database is of an older version: whoever can connect can act as its owner;"
    " pggit upgrade mends it"
)
_NO_REF = re.compile(r"(?:commit(?: nor an object)? is called|there is no (?:branch|tag)) ([^\s~^@]+)")


class Run:
    """What the options said, and what follows from them.

    Attributes:
        json: whether the output is for programs.
        objects: what followed ``--`` on the command line.
    """

    def __init__(self) -> None:
        self.db: str | None = None
        self.json = False
        self.trust_source = False
        self.no_color = False
        self.no_pager = False
        self.objects: tuple[str, ...] = ()

    def take(self, options: Mapping[str, Any]) -> None:
        """Take the options that were given; they may stand before and after the command."""
        for name, value in options.items():
            if value:
                setattr(self, name, value)
        if self.trust_source:
            trust_source()  # also for what reads the settings itself

    @cached_property
    def settings(self) -> Settings:
        """The settings in force."""
        from pggit.settings import load

        return load({"db": self.db, "color": "never" if self.no_color else None})

    @cached_property
    def out(self) -> Output:
        """Where results go."""
        return Output(self.settings.color, None if self.no_pager or self.json else self.settings.pager or "less -FRX")

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Connect to the database, tracked or not, for as long as the block lasts."""
        from pggit.db.connect import connect

        with closing(connect(self.settings)) as connection:
            yield connection

    @contextmanager
    def repository(self) -> Iterator[Repository]:
        """Connect to the database, for as long as the block lasts."""
        from pggit.db.connect import connect
        from pggit.db.session import sqlstate
        from pggit.db.waiting import blocking
        from pggit.repo.engine_version import is_unsafe
        from pggit.repo.repository import Repository

        with Repository(connect(self.settings)) as repository:
            repository.connection.add_notice_handler(_warned())
            if is_unsafe(repository.connection):
                say(_UNSAFE)
            try:
                yield repository
            except NotFound as error:
                error.hint = _near(repository, error.message) or error.hint
                raise
            except Busy as error:
                if sqlstate(error) == _LOCKED:
                    error.hint = blocking(repository.connection) or error.hint
                raise

    @contextmanager
    def counting(self, what: str) -> Iterator[Callable[[int, int, str], None] | None]:
        """Show on a terminal how far something is; yields what to call with (number, of how many, name)."""
        if self.json or not sys.stderr.isatty():
            yield None
            return
        with spinning(what, colored=self.out.colored) as spinner:
            yield lambda number, of, name: spinner.update(f"{what} {number} of {of}: {name}")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show on a terminal that something takes its time."""
        if self.json or not sys.stderr.isatty():
            yield
            return
        with spinning(what, colored=self.out.colored):
            yield


def _warned() -> Callable[[Diagnostic], None]:
    """Return what shows the engine's warnings, each once: names that stand for several commits."""
    shown: set[str] = set()

    def show(diagnostic: Diagnostic) -> None:
        text = diagnostic.message_primary or ""
        if diagnostic.sqlstate == AMBIGUOUS and text not in shown:
            shown.add(text)
            say(f"warning: {text}")
            if diagnostic.message_hint:
                say(f"hint: {diagnostic.message_hint}")

    return show


def _near(repository: Repository, message: str) -> str | None:
    """Return a hint to a branch or tag whose name is like the one that was not found."""
    import difflib

    missing = _NO_REF.search(message)
    if missing is None:
        return None
    names = [branch.name for branch in repository.branches()] + [tag.name for tag in repository.tags()]
    near = difflib.get_close_matches(missing[1], names, n=1)
    return f"did you mean {near[0]!r}?" if near else None
