"""The catalog reader: from a connection to a `State`, with the kinds' own SQL.

The same text serves a full read here and the reads of the engine inside a database (`db/engine`), which is
generated from `reading_sql`.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from pggit.core.canonical import canonical
from pggit.core.credentials import patterns
from pggit.core.errors import PgGitError
from pggit.core.state import State
from pggit.db import resources
from pggit.db.connect import connect, connection_url
from pggit.kinds import kinds

if TYPE_CHECKING:
    from psycopg import Connection

PINNED = {
    "search_path": "pg_catalog, pg_temp",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "bytea_output": "hex",
    "lc_monetary": "C",
}
"""Settings on which deparsed text depends, and what they are while objects are read."""

_FRAGMENT = re.compile(r"\{(\w+)((?: \w+=[^\s{}]+)*)\}")


def expand(text: str, major: int) -> str:
    """Replace ``{fragment name=value …}`` by the fragment of `fragments.sql`, its ``%(name)s`` filled in."""
    fragments = resources.blocks("pggit.kinds", "fragments.sql") | patterns()

    def fill(match: re.Match[str]) -> str:
        if match[1] not in fragments:
            return match[0]
        values = dict(pair.split("=", 1) for pair in match[2].split())
        body = expand(resources.for_version(fragments[match[1]], major), major)
        for name, value in values.items():
            body = body.replace(f"%({name})s", value)
        return body

    return _FRAGMENT.sub(fill, text)


@cache
def sources(optional: bool = False) -> dict[str, str]:
    """Return the file stem of every `.sql` to read, with the catalog of its group's head."""
    found: dict[str, str] = {}
    for kind in kinds().values():
        if kind.optional and not optional:
            continue
        if kind.source:  # the others are read along with what they hang on (reading.sql)
            found[kind.source] = kind.catalog
        found |= kind.more
    return found


@cache
def optional_sources() -> dict[str, str]:
    """Return the file stems that are read only when asked for, with the name of their kind."""
    chosen = [kind for kind in kinds().values() if kind.optional]
    return {source: kind.name for kind in chosen for source in (kind.source, *kind.more) if source}


@cache
def block(source: str, name: str, major: int) -> str | None:
    """Return one named block of a kind's file, ready for a server of this major version, or None."""
    text = resources.blocks("pggit.kinds", f"{source}.sql").get(name)
    return text and expand(resources.for_version(text, major), major)


@cache
def reading_sql(source: str, major: int) -> str:
    """Return the SELECT that reads the objects of one source, with ``{scope}`` left in it."""
    wrapper = resources.blocks("pggit.kinds", "reading.sql")
    read = block(source, "read", major)
    assert read is not None, f"{source}.sql has no block read"
    acl = privileges_sql("r.acl", "r.acl_default", major)
    return wrapper["objects"].replace("{acl}", acl).replace("{read}", read)


def privileges_sql(acl: str, default: str, major: int) -> str:
    """Return the SELECT of (grantee, definition) of the grants in which ``acl`` differs from ``default``."""
    return expand(f"{{privileges acl={acl} default={default}}}", major)


def members_sql(major: int, optional: bool = False) -> str:
    """Return a SELECT of (catalog, oid) of every group in scope."""
    parts = []
    for source, catalog in sources(optional).items():
        body = block(source, "members", major)
        if body:
            parts.append(f"select '{catalog}'::text as catalog, m.oid from (\n{body}\n) as m(oid)")
    return "\nunion all\n".join(parts)


def reads(connection: Connection, *, optional: bool = False, without: Collection[str] = ()) -> list[str]:
    """Return the SELECTs that read every group in scope, one a source; see `reading.sql` for the columns.

    Sources whose catalog this role may not read whole are left out: `pg_subscription` has secrets in it.

    Args:
        connection: an open connection.
        optional: the optional kinds, too.
        without: file stems of sources that are left out.
    """
    major = connection.info.server_version // 10000
    scopes: dict[str, list[int]] = {}
    for catalog, oid in connection.execute(members_sql(major, optional).encode()):
        scopes.setdefault(catalog, []).append(oid)
    rows = connection.execute(
        "select name from unnest(%s::text[]) as name where has_table_privilege('pg_catalog.' || name, 'select')",
        [list(scopes)],
    )
    readable = {name for (name,) in rows}
    found = []
    for source, catalog in sources(optional).items():
        if source in without or catalog not in readable:
            continue
        scope = "= any ('{" + ",".join(map(str, scopes[catalog])) + "}'::oid[])"
        found.append((block(source, "read", major) or "").replace("{scope}", scope))
    return found


def read_state(connection: Connection, *, optional: bool = False) -> State:
    """Read all objects of a live database into a `State`.

    Nothing need be installed there, and nothing is written: it runs in one read-only transaction, and where there is
    much to read in two at once, on one exported snapshot.

    Args:
        connection: an open connection that is in no transaction.
        optional: read the optional kinds too (roles, their membership and settings; subscriptions).

    Raises:
        psycopg.Error: what the server says.
    """
    major = connection.info.server_version // 10000
    reading = _Reading(State(), major)
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        pin(connection)
        heads, children = _wanted(connection, reading, optional)
        reading.read(connection, heads)
        if sum(map(len, reading.found.values())) < _WORTH_TWO:
            reading.read(connection, children)
        else:
            _read_in_two(connection, reading, children)
    return reading.state


def read_within(connection: Connection, *, optional: bool = False) -> State:
    """Read all objects as the transaction that is open sees them, its own changes too.

    Args:
        connection: in a transaction, whose settings are as before afterwards.
        optional: read the optional kinds too.

    Raises:
        psycopg.Error: what the server says.
    """
    reading = _Reading(State(), connection.info.server_version // 10000)
    # set local outlives a savepoint that is released, but not one that is rolled back
    with connection.transaction(force_rollback=True):
        pin(connection)
        heads, children = _wanted(connection, reading, optional)
        reading.read(connection, [*heads, *children])
    return reading.state


_LONGEST = ("column", "index", "constraint", "default")
"""What takes longest is begun first, so that the two end together."""

_WORTH_TWO = 500
"""From so many groups on a second connection pays for itself."""


class _Reading:
    """What one read has found so far. Two threads may add to it: they add different objects."""

    def __init__(self, state: State, major: int) -> None:
        self.state = state
        self.major = major
        self.found: dict[str, list[int]] = {}
        self.groups: dict[tuple[str, str], str] = {}

    def read(self, connection: Connection, wanted: Iterable[tuple[str, str]]) -> None:
        """Read these sources, each with the catalog of its head."""
        for source, catalog in wanted:
            scope = "= any ('{" + ",".join(map(str, self.found[catalog])) + "}'::oid[])"
            query = reading_sql(source, self.major).replace("{scope}", scope)
            heads = block(source, "members", self.major) is not None
            groups, add = self.groups, self.state.add
            with connection.cursor().copy(f"copy ({query}) to stdout") as copy:
                for address, kind, identity, exact, meaning, owner, extras in copy.rows():
                    key = f"{kind} {identity}"
                    if heads:
                        groups[catalog, address] = key
                    group = groups[catalog, address]
                    add(group, key, exact, meaning)
                    if owner is not None:
                        add(group, f"owner {key}", _owner(owner))
                    if extras is not None:
                        for extra_kind, extra_identity, definition in json.loads(extras):
                            add(group, f"{extra_kind} {extra_identity}", canonical(definition))


def _wanted(
    connection: Connection, reading: _Reading, optional: bool
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Find the groups, and return the sources to read with the catalogs of their heads: heads, then children."""
    for catalog, oid in connection.execute(members_sql(reading.major, optional)):
        reading.found.setdefault(catalog, []).append(oid)
    # heads first: their key is the key of the group
    wanted = [(source, catalog) for source, catalog in sources(optional).items() if catalog in reading.found]
    heads = [item for item in wanted if block(item[0], "members", reading.major)]
    return heads, [item for item in wanted if item not in heads]


def _read_in_two(connection: Connection, reading: _Reading, wanted: list[tuple[str, str]]) -> None:
    """Read with a second connection at the same time, or with the one where a second cannot be had."""
    try:
        second = connect(connection_url(connection))
    except PgGitError:
        reading.read(connection, wanted)
        return
    snapshot = connection.execute("select pg_export_snapshot()").fetchone()
    assert snapshot is not None
    todo = deque(sorted(wanted, key=lambda item: _LONGEST.index(item[0]) if item[0] in _LONGEST else len(_LONGEST)))

    def work(on: Connection) -> None:
        while todo:
            try:
                item = todo.popleft()
            except IndexError:
                return
            reading.read(on, [item])

    with second, second.transaction(), ThreadPoolExecutor(1) as pool:
        second.execute("set transaction isolation level repeatable read, read only")
        second.execute(f"set transaction snapshot '{snapshot[0]}'")
        pin(second)
        other = pool.submit(work, second)
        work(connection)
        other.result()


def pin(connection: Connection) -> None:
    # jit: the plans are wide and short-lived, compiling them costs more than it saves
    settings = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in {**PINNED, "jit": "off"}.items())
    connection.execute(f"select {settings}")


@cache
def _owner(role: str) -> str:
    return canonical({"role": role})
