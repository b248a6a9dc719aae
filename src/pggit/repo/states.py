"""State expressions that lead out of the store: another live database, a directory or file of SQL, ``empty``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core import results
from pggit.core.diff import diff, with_renames
from pggit.core.errors import NotFound, Refused, UsageError
from pggit.core.names import names
from pggit.core.state import State, empty_state
from pggit.db.connect import connect, connection_url, scratch_url
from pggit.db.sqlstate import translated
from pggit.kinds import renamable
from pggit.kinds.granted import granted, public_schema
from pggit.kinds.reader import read_state
from pggit.sandbox.sandbox import Sandbox, open_sandbox

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository
    from pggit.settings import Settings

_Test = Callable[[str, str], bool]

_URL = re.compile(r"^[a-z+]+://|^\w+=\S+(\s+\w+=\S+)*$")


def is_url(expression: str) -> bool:
    """Whether a state expression is a connection string."""
    return bool(_URL.match(expression))


def is_path(expression: str) -> bool:
    """Whether a state expression is a directory or file: ``dir:…``, or a path with a slash or ``.sql`` that exists."""
    if expression.startswith("dir:"):
        return True
    return (expression.endswith((".sql", "/")) or "/" in expression) and Path(expression).exists()


def in_store(expression: str) -> bool:
    """Whether the tracked database's own store, or its live schema, answers for a state expression."""
    return expression != "empty" and not is_url(expression) and not is_path(expression)


def needs_repository(expression: str) -> bool:
    """Whether a state expression means nothing without a tracked database."""
    return in_store(expression)


def is_ownership(key: str) -> bool:
    """Whether an object is an owner or a grant."""
    return key.startswith(("owner ", "acl ", "default acl "))


@dataclass(slots=True, eq=False)
class Side:
    """One side of a comparison.

    Attributes:
        expression: what the user wrote.
        state: its objects; of a commit only what is not in the other side's definitions was fetched.
        major: major version of the server that the state was read on, or None for ``empty``.
        loaded_by: for SQL that was loaded into a scratch database, the role that loaded it.
        connection: to the live or scratch database, while `opened` lasts; None for a commit and ``empty``.
        sandbox: the scratch database of SQL that was loaded, while `opened` lasts.
        granted: of SQL that was loaded, the keys of the objects whose grants it set, if only by a REVOKE.
    """

    expression: str
    state: State = field(default_factory=State)
    major: int | None = None
    loaded_by: str | None = None
    connection: Connection | None = None
    sandbox: Sandbox | None = None
    granted: frozenset[str] = frozenset()


def compare(
    a: str,
    b: str,
    repository: Repository | None,
    *,
    owners: bool | None = None,
    settings: Settings | None = None,
    objects: Sequence[str] = (),
) -> list[results.Change]:
    """Return what differs between two states, of which neither need be in a store.

    Args:
        a: the state before.
        b: the state after.
        repository: the tracked database, for names of commits and for ``work``; None where there is none.
        owners: whether owners and grants count; None: yes, but of loaded SQL only those that it states.
        settings: where scratch databases are made when neither side has a server.
        objects: only these, or what belongs to these relations.

    Raises:
        NotFound: a file, a commit or an object that is not there.
        Refused: the two are of different major versions, which print definitions differently.
    """
    with opened(a, b, repository, settings=settings) as sides:
        wanted = _wanted(sides, objects, stated(sides, owners))
        return with_renames(diff(sides[0].state, sides[1].state, only=wanted), renamable)


@contextmanager
def opened(
    a: str,
    b: str,
    repository: Repository | None,
    *,
    optional: bool = False,
    live: bool = False,
    settings: Settings | None = None,
) -> Iterator[list[Side]]:
    """Load two states, and keep the databases that they were read from at hand for the length of a block.

    Args:
        a, b, repository, settings: as `compare` takes them.
        optional: read roles and subscriptions too.
        live: read ``work`` from the catalogs, not as the store knows it.

    Raises:
        NotFound, Refused: as `compare` does.
    """
    with ExitStack() as stack:
        if settings is None:
            from pggit.settings import load

            settings = load()
        server, connections = stack.enter_context(_servers(a, b, repository, settings))
        sides = [Side(a), Side(b)] if a != b else [Side(a)]
        loading = _Loading(stack, server, connections, repository, optional, live, settings.trust_source)
        outside = [side for side in sides if not (repository and needs_repository(side.expression))]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(loading.load, outside))
        for side, other in zip(sides, reversed(sides), strict=True):
            if side not in outside:
                loading.load(side, other.state)
        both = [sides[0], sides[-1]]
        _same_major(both)
        yield both


@contextmanager
def _servers(
    a: str, b: str, repository: Repository | None, settings: Settings
) -> Iterator[tuple[str | None, dict[str, Connection]]]:
    """Connect to what is a URL; choose the server on which scratch databases are made."""
    connections: dict[str, Connection] = {}
    try:
        for expression in (a, b):
            if is_url(expression) and expression not in connections:
                connections[expression] = connect(expression)
        server = None
        if is_path(a) or is_path(b):
            server = _scratch_server(connections, repository, settings)
        yield server, connections
    finally:
        for connection in connections.values():
            connection.close()


def _scratch_server(connections: dict[str, Connection], repository: Repository | None, settings: Settings) -> str:
    if scratch := scratch_url(settings):
        return scratch
    if connections:
        return connection_url(next(iter(connections.values())))
    if repository:
        return connection_url(repository.connection)
    from pggit.db.connect import database_url

    return database_url(settings)


@dataclass(slots=True)
class _Loading:
    """What is needed to load a side; ``stack`` closes what was opened for it."""

    stack: ExitStack
    server: str | None
    connections: dict[str, Connection]
    repository: Repository | None
    optional: bool
    live: bool
    trust: bool

    def load(self, side: Side, like: State | None = None) -> None:
        """Load one side; of a store's state only what is not in ``like``."""
        if side.expression == "empty":
            side.state = empty_state()
        elif side.expression in self.connections:
            self._read(side, self.connections[side.expression])
        elif is_path(side.expression):
            self._load_path(side)
        else:
            self._load_named(side, like)

    def _read(self, side: Side, connection: Connection) -> None:
        with translated():
            side.state = read_state(connection, optional=self.optional)
        side.major = connection.info.server_version // 10000
        side.connection = connection

    def _load_named(self, side: Side, like: State | None) -> None:
        repository = self.repository
        if repository is None:
            raise UsageError(
                f"{side.expression} names a commit, but no database is tracked here",
                hint="Compare URLs, directories or files of SQL; or name the database with --db.",
            )
        if side.expression == "work" and (self.live or self.optional or not repository.installed):
            self._read(side, repository.connection)
            return
        side.state = repository.load(side.expression, like=like)
        side.major = repository.major
        if side.expression == "work":
            side.connection = repository.connection

    def _load_path(self, side: Side) -> None:
        path = Path(side.expression.removeprefix("dir:"))
        if not path.exists():
            raise NotFound(f"there is no file or directory {path}")
        assert self.server is not None
        sandbox = self.stack.enter_context(open_sandbox(self.server, trust=self.trust))
        with translated():
            public = public_schema(sandbox.own)
            sandbox.load(path)
        side.state = sandbox.read(optional=self.optional)
        side.major = sandbox.own.info.server_version // 10000
        side.sandbox, side.connection, side.loaded_by = sandbox, sandbox.own, sandbox.caller
        with translated():
            side.granted = granted(sandbox.own, public)


def _same_major(sides: list[Side]) -> None:
    majors = {side.major for side in sides if side.major is not None}
    if len(majors) > 1:
        raise Refused(
            f"the two states are of PostgreSQL {' and '.join(map(str, sorted(majors)))},"
            " which print definitions differently",
            hint="Load one of them into a server of the other's version.",
        )


def _wanted(sides: list[Side], objects: Sequence[str], admitted: _Test | None) -> _Test | None:
    """Which objects count: those that were named, as far as they are ``admitted``."""
    if not objects:
        return admitted
    for written in objects:
        if not any(names(key, written) for side in sides for group in side.state.groups.values() for key in group):
            raise NotFound(f"no object is called {written}", hint="Names are written as in public.users.email.")
    return lambda group, key: any(names(key, name) for name in objects) and (admitted is None or admitted(group, key))


def stated(sides: list[Side], owners: bool | None) -> _Test | None:
    """Return which objects count: of loaded SQL, owners and grants only where it states them.

    Args:
        sides: the two sides.
        owners: whether owners and grants count; None: as told.

    Returns:
        A test of (group, key), or None where everything counts.
    """
    loaded = [side for side in sides if side.loaded_by]
    if owners or (owners is None and not loaded):
        return None

    def keep(group: str, key: str) -> bool:
        if not is_ownership(key):
            return True
        if owners is False:
            return False
        for side in loaded:
            members = side.state.groups.get(group, {})
            if key.startswith("owner "):
                if key not in members or side.state.definition(group, key) == {"role": side.loaded_by}:
                    return False
            elif not any(member in side.granted or member.startswith(("acl ", "default acl ")) for member in members):
                return False
        return True

    return keep


def both(one: _Test | None, other: _Test | None) -> _Test | None:
    """Return the test that holds where both do; None holds everywhere."""
    if one is None or other is None:
        return one or other
    return lambda group, key: one(group, key) and other(group, key)
