"""The catalog reader: from a connection to a `State`, with the kinds' own SQL.

The same text serves a full read here and the reads of the engine inside a database (`db/engine`), which is
generated from `reading_sql`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from pggit.core.canonical import canonical
from pggit.core.state import State
from pggit.db import resources
from pggit.kinds import kinds

if TYPE_CHECKING:
    from psycopg import Connection

PINNED = {
    "search_path": "pg_catalog",
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


def _expand(text: str, major: int) -> str:
    """Replace ``{fragment name=value …}`` by the fragment of `fragments.sql`, its ``%(name)s`` filled in."""
    fragments = resources.blocks("pggit.kinds", "fragments.sql")

    def fill(match: re.Match[str]) -> str:
        if match[1] not in fragments:
            return match[0]
        values = dict(pair.split("=", 1) for pair in match[2].split())
        body = _expand(resources.for_version(fragments[match[1]], major), major)
        for name, value in values.items():
            body = body.replace(f"%({name})s", value)
        return body

    return _FRAGMENT.sub(fill, text)


@cache
def sources(optional: bool = False) -> dict[str, str]:
    """Return the file stem of every `.sql` to read, with the catalog of its group's head."""
    chosen = [kind for kind in kinds().values() if optional or not kind.optional]
    return {source: kind.catalog for kind in chosen for source in (kind.source, *kind.more) if source}


@cache
def block(source: str, name: str, major: int) -> str | None:
    """Return one named block of a kind's file, ready for a server of this major version, or None."""
    text = resources.blocks("pggit.kinds", f"{source}.sql").get(name)
    return text and _expand(resources.for_version(text, major), major)


@cache
def reading_sql(source: str, major: int) -> str:
    """Return the SELECT that reads the objects of one source, with ``{scope}`` left in it."""
    wrapper = resources.blocks("pggit.kinds", "reading.sql")
    read = block(source, "read", major)
    assert read is not None, f"{source}.sql has no block read"
    return wrapper["objects"].replace("{acl}", wrapper["acl"]).replace("{read}", read)


def members_sql(major: int, optional: bool = False) -> str:
    """Return a SELECT of (catalog, oid) of every group in scope."""
    parts = []
    for source, catalog in sources(optional).items():
        body = block(source, "members", major)
        if body:
            parts.append(f"select '{catalog}'::text as catalog, m.oid from (\n{body}\n) as m(oid)")
    return "\nunion all\n".join(parts)


def read_state(connection: Connection, *, optional: bool = False) -> State:
    """Read all objects of a live database into a `State`.

    Nothing need be installed there, and nothing is written: it runs in one read-only transaction.

    Args:
        connection: an open connection that is in no transaction.
        optional: read the optional kinds too (roles, their membership and settings; subscriptions).

    Raises:
        psycopg.Error: what the server says.
    """
    major = connection.info.server_version // 10000
    state = State()
    with connection.transaction():
        _pin(connection)
        found: dict[str, list[int]] = {}
        for catalog, oid in connection.execute(members_sql(major, optional)):
            found.setdefault(catalog, []).append(oid)
        groups: dict[tuple[str, int], str] = {}
        # heads first: their key is the key of the group
        order = sorted(sources(optional).items(), key=lambda item: block(item[0], "members", major) is None)
        for source, catalog in order:
            oids = found.get(catalog)
            if oids:
                heads = block(source, "members", major) is not None
                _read_source(connection, source, catalog, oids, groups, state, heads, major)
    return state


def _pin(connection: Connection) -> None:
    # jit: the plans are wide and short-lived, compiling them costs more than it saves
    settings = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in {**PINNED, "jit": "off"}.items())
    connection.execute(f"set transaction isolation level repeatable read, read only; select {settings}")


def _read_source(
    connection: Connection,
    source: str,
    catalog: str,
    oids: Iterable[int],
    groups: dict[tuple[str, int], str],
    state: State,
    heads: bool,
    major: int,
) -> None:
    scope = "= any ('{" + ",".join(map(str, oids)) + "}'::oid[])"
    query = reading_sql(source, major).replace("{scope}", scope)
    with connection.cursor().copy(f"copy ({query}) to stdout") as copy:
        for address, kind, identity, exact, meaning, owner, extras in copy.rows():
            key = f"{kind} {identity}"
            if heads:
                groups[catalog, address] = key
            group = groups[catalog, address]
            state.add(group, key, exact, meaning)
            if owner is not None:
                state.add(group, f"owner {key}", _owner(owner))
            if extras is not None:
                for extra_kind, extra_identity, definition in json.loads(extras):
                    state.add(group, f"{extra_kind} {extra_identity}", canonical(definition))


@cache
def _owner(role: str) -> str:
    return canonical({"role": role})
