"""Whether a template is still what it was when it was built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pggit.core.identity import quote
from pggit.core.tree import root
from pggit.db.connect import connect
from pggit.db.scratch import scratch_database
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_state

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.clone.label import Labelled

Outcome = Literal["ok", "wrong", "skipped"]

_AT_A_TIME = 200
_COUNTED = """
select format('%I.%I', n.nspname, c.relname), c.relkind
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm', 'S') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
  and n.nspname !~ '^pg_toast' and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
  and (c.relkind <> 'm' or c.relispopulated)
order by 1
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a template; ``message`` says what is wrong, or why it did not run."""

    name: str
    outcome: Outcome
    message: str = ""


def contents(connection: Connection) -> dict[str, Any]:
    """Return what a template's contents are known by.

    Args:
        connection: to the database, in autocommit mode.

    Returns:
        ``schema``: the semantic hash of all objects; ``rows``: how many rows all tables have; ``tables``: how many
        tables and sequences there are; ``counts``: a hash of the number of rows of each, and where each sequence is.
    """
    state = read_state(connection)
    counts = list(_counts(connection))
    text = "\n".join(f"{name} {number}" for name, _, number in counts)
    return {
        "schema": root(state)[1],
        "tables": len(counts),
        "rows": sum(number for _, kind, number in counts if kind != "S"),
        "counts": hashlib.sha256(text.encode()).hexdigest(),
    }


def _counts(connection: Connection) -> Iterator[tuple[str, str, int]]:
    with translated():
        found = connection.execute(_COUNTED).fetchall()
        for begin in range(0, len(found), _AT_A_TIME):
            some = found[begin : begin + _AT_A_TIME]
            query = " union all ".join(_counting(number, *one) for number, one in enumerate(some))
            for number, value in connection.execute(query.encode()).fetchall():
                yield (*some[number], value)


def _counting(number: int, name: str, kind: str) -> str:
    """The query for one table, materialized view or sequence; names come quoted from the catalog."""
    if kind == "S":
        return f"select {number}, last_value from {name}"
    return f"select {number}, count(*) from {'only ' if kind == 'r' else ''}{name}"


def verify(connection: Connection, template: Labelled) -> list[Check]:
    """Check a template: its flags, its owner, its name, and what is in it, by a copy that is read anew.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        template: of `templates`.

    Raises:
        PermissionDenied: the role may not create databases.
    """
    label = template.label
    recorded = label.more.get("contents")
    checks = [
        _check("sealed", template.sealed, "it can be connected to, or is no template any more"),
        _check("name", f"_{(label.hash or '-')[:16]}" in template.name, "its name is not that of its hash"),
        _owner(template),
        _check("sessions", template.sessions == 0, f"{template.sessions} sessions are connected to it"),
    ]
    if recorded is None:
        return [*checks, Check("contents", "skipped", "it was not recorded what is in it")]
    if not template.sealed:
        return [*checks, Check("contents", "skipped", "what is not sealed can change while it is read")]
    with scratch_database(connection, template=template.name) as url, closing(connect(url)) as copy:
        found = contents(copy)
    return [
        *checks,
        _check("schema", found["schema"] == recorded["schema"], "its objects are not those that were built"),
        _check(
            "rows",
            (found["rows"], found["counts"]) == (recorded["rows"], recorded["counts"]),
            f"{found['rows']} rows in {found['tables']} tables and sequences;"
            f" built with {recorded['rows']} in {recorded['tables']}",
        ),
    ]


def _owner(template: Labelled) -> Check:
    if template.label.more.get("owner") in (template.owner, quote(template.owner)) and not template.trusted:
        return Check(
            "owner", "skipped", f"{template.owner}, who by its label owned the database that it was built from"
        )
    return _check("owner", template.trusted, f"it belongs to {template.owner}")


def _check(name: str, fine: bool, message: str) -> Check:
    return Check(name, "ok") if fine else Check(name, "wrong", message)
