"""One run of a command: its options, its settings, its database, its output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pggit.cli.output import Output

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository
    from pggit.settings import Settings


class Run:
    """What the options said, and what follows from them.

    Attributes:
        json: whether the output is for programs.
        objects: what followed ``--`` on the command line.
    """

    def __init__(self) -> None:
        self.db: str | None = None
        self.json = False
        self.no_color = False
        self.no_pager = False
        self.objects: tuple[str, ...] = ()

    def take(self, options: Mapping[str, Any]) -> None:
        """Take the options that were given; they may stand before and after the command."""
        for name, value in options.items():
            if value:
                setattr(self, name, value)

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
        from pggit.repo.repository import Repository

        with Repository(connect(self.settings)) as repository:
            yield repository

    @contextmanager
    def counting(self, what: str) -> Iterator[Callable[[int, int, str], None] | None]:
        """Show on a terminal how far something is; yields what to call with (number, of how many, name)."""
        if self.json or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console

        with Console(stderr=True, no_color=not self.out.colored).status(what) as status:
            yield lambda number, of, name: status.update(f"{what} {number} of {of}: {name}")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show on a terminal that something takes its time."""
        if self.json or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console

        with Console(stderr=True, no_color=not self.out.colored).status(what):
            yield
