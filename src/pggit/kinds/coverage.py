"""What a database holds that no kind reads: it is reported, never dropped (DESIGN §4, rule 6).

It is found from the catalogs alone, less the addresses that the kinds read, so that the objects of a kind that is taken
away appear here. https://www.postgresql.org/docs/current/catalogs.html
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pggit.db import resources
from pggit.kinds import reader

if TYPE_CHECKING:
    from psycopg import Connection

Address = tuple[str, int, int, int]
"""What it is (object, grants, comment, label), catalog, oid, number of the column."""


def unmodelled(
    connection: Connection, *, optional: bool = False, without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return (catalog, description) of whatever users made in this database that no kind reads, in order.

    Args:
        connection: an open connection that is in no transaction.
        optional: whether what the optional kinds read counts as read.
        without: file stems of sources that are left out, as if there were no such kind.

    Raises:
        psycopg.Error: what the server says.
    """
    major = connection.info.server_version // 10000
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        reader.pin(connection)
        seen = _seen(connection, major, optional, without)
        rows = [address for address in _candidates(connection, major) if address not in seen]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        return connection.execute(_block("described", major), columns).fetchall()


def _block(name: str, major: int) -> str:
    text = resources.for_version(resources.blocks("pggit.kinds", "coverage.sql")[name], major)
    return reader.expand(text, major)


def _candidates(connection: Connection, major: int) -> list[Address]:
    catalogs = [name for (name,) in connection.execute(_block("catalogs", major))]
    # a name from the catalog of catalogs needs no quotes
    rows = " union all ".join(
        f"select '{name}'::regclass::oid, oid from {name} where oid >= 16384" for name in catalogs
    )
    return connection.execute(_block("candidates", major).replace("{rows}", rows)).fetchall()


def _seen(connection: Connection, major: int, optional: bool, without: Collection[str]) -> set[Address]:
    """Return the addresses that the kinds read; with an object its comment, labels and grants."""
    scopes: dict[str, list[int]] = {}
    for catalog, oid in connection.execute(reader.members_sql(major, optional)):
        scopes.setdefault(catalog, []).append(oid)
    seen: set[Address] = set()
    for source, catalog in reader.sources(optional).items():
        if source in without or catalog not in scopes:
            continue
        scope = "= any ('{" + ",".join(map(str, scopes[catalog])) + "}'::oid[])"
        read = (reader.block(source, "read", major) or "").replace("{scope}", scope)
        columns = "r.kind, r.class, coalesce(r.objid, r.address), r.objsubid, r.acl is not null"
        for kind, class_, oid, number, grants in connection.execute(f"select {columns} from ({read}) as r"):
            seen.update(_covered(kind, class_, oid, number, grants))
    return seen


def _covered(kind: str, class_: int, oid: int, number: int, grants: bool) -> list[Address]:
    if number < 0:  # itself a comment, a grant or a label (fragment told_of)
        return [(_TOLD[kind], class_, oid, -1 - number)]
    told = ["object", "comment", "label", *(["grants"] if grants else [])]
    return [(what, class_, oid, number) for what in told]


_TOLD = {"acl": "grants", "comment": "comment", "security label": "label"}
