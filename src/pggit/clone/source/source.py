"""What a source of templates must be able to do."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.carry import Properties
    from pggit.db.locale import Locale


class Reading(Protocol):
    """A source that is open, as it is at one moment.

    Attributes:
        inputs: everything of the source that the template depends on, as strings, numbers, lists and dictionaries.
        locale: the encoding and locale that the template must have; None: it does not say.
        properties: what the template is given besides its contents; None: nothing.
        detail: what is to be added to the source's label.
        analyzed: whether filling has brought the statistics up to date.
    """

    @property
    def inputs(self) -> Any: ...

    @property
    def locale(self) -> Locale | None: ...

    @property
    def detail(self) -> str: ...

    @property
    def analyzed(self) -> bool: ...

    @property
    def properties(self) -> Properties | None: ...

    def fill(self, target: Connection) -> list[str]:
        """Build: fill a database that is empty, or a copy of the base.

        Args:
            target: to that database, in autocommit mode; nobody else is connected.

        Returns:
            What could not be had, in words.
        """
        ...


class Source(Protocol):
    """What a template is built from.

    Attributes:
        label: what it is called: for people, without passwords. Of two templates of one name the newer one counts.
        base: what is built first, and this on top of a copy of it; None: it is built from nothing.
    """

    @property
    def label(self) -> str: ...

    @property
    def base(self) -> Source | None: ...

    def reading(self, connection: Connection) -> AbstractContextManager[Reading]:
        """Open the source for the length of a block.

        Args:
            connection: to the server that the template is for, in autocommit mode.
        """
        ...
