"""Constants that run code of users while PostgreSQL parses the statement in which they stand.

The parser turns a string constant into a value by the input function of its type at once, whatever the statement does
with the value later. That of an array, of a composite or of a range type calls that of each part, and that of a domain
evaluates its CHECKs. CREATE AGGREGATE does the same with ``initcond``. So such a statement runs code of the domain's
owner with the rights of whoever sends it.

https://www.postgresql.org/docs/current/typeconv-overview.html, coerce_type() and domain_in() in PostgreSQL's source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pggit.core.errors import PermissionDenied
from pggit.core.identity import quote
from pggit.db import resources, trust
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

_POSSIBLE = re.compile(r"['$]\s*[{(\[]|\\|u&|initcond", re.IGNORECASE)
_SYSTEM = '"pg_catalog".'
_ENGINE = "pggit"
"""The schema of functions that take text and documents, and belong to an owner who is trusted."""
_OF_PARTS = re.compile(r"\s*[{(\[](?!\s*\}\s*\Z)")
"""How the text of a value begins that has parts; an empty array has none."""


@dataclass(frozen=True, slots=True)
class Constants:
    """What constants of a statement can be made of by code of users.

    Attributes:
        types: the types that they are cast to, as SQL writes them.
        untyped: of some the type is not written.
    """

    types: tuple[str, ...]
    untyped: bool


def constants(sql: str) -> Constants | None:
    """Return what constants with parts a statement has; None if there are none but of types of PostgreSQL's own."""
    import postgast
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    if not _POSSIBLE.search(sql):
        return None
    try:
        found = set(_found(postgast.parse(sql)))
    except (postgast.PgQueryError, DecodeError):  # a form that the parser does not know, or nested too deeply for it
        return Constants((), untyped=True)
    found = {name for name in found if name is None or not name.startswith(_SYSTEM)}
    if not found:
        return None
    return Constants(tuple(sorted(name for name in found if name)), untyped=None in found)


def require_own_constants(connection: Connection, sql: str) -> None:
    """Check that PostgreSQL runs no code of a less trusted role when it parses a statement.

    Args:
        connection: a session of pgGit's own, over which the statement is to be sent next.
        sql: one statement.

    Raises:
        PermissionDenied: it would run such code with the rights of the session.
    """
    found = constants(sql)
    if found is None:
        return
    major = connection.info.server_version // 10000
    query = trust.filled(resources.for_version(resources.blocks("pggit.db", "constants.sql")["foreign"], major))
    with translated():
        rows = connection.execute(query.encode(), {"types": list(found.types), "untyped": found.untyped}).fetchall()
    if rows:
        ((name, role),) = rows
        raise PermissionDenied(
            f"a constant in this statement can be of type {name}, which belongs to role {role}: its CHECKs would run"
            " with the rights of this session as soon as the statement is parsed",
            hint=f"Run it as {role}, or as a role with no more rights; or give the type to a role that is trusted.",
        )


def _found(tree: Any) -> Iterator[str | None]:
    """Yield the types of the constants with parts in what the parser read; None: it is not written."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        kind = node.DESCRIPTOR.name
        if kind == "TypeCast" and node.arg.WhichOneof("node") == "a_const":
            if _has_parts(node.arg.a_const):
                yield _type(node.type_name)
            continue
        if kind == "A_Const" and _has_parts(node):
            yield None
        if kind == "DefineStmt":
            yield from _of_aggregate(node)
        of_engine = kind == "FuncCall" and node.funcname[0].string.sval == _ENGINE
        for field, value in node.ListFields():
            if of_engine and field.name == "args":
                waiting += [one for one in value if one.WhichOneof("node") != "a_const"]
            elif field.message_type is not None:
                waiting += value if field.is_repeated else (value,)


def _of_aggregate(node: Any) -> Iterator[str | None]:
    options = {part.def_elem.defname: part.def_elem.arg for part in node.definition}
    if any(name.endswith(("initcond", "initcond1")) for name in options):
        for name, value in options.items():
            if name in ("stype", "stype1", "mstype"):
                yield _type(value.type_name) if value.WhichOneof("node") == "type_name" else None


def _has_parts(constant: Any) -> bool:
    return constant.WhichOneof("val") == "sval" and bool(_OF_PARTS.match(constant.sval.sval))


def _type(name: Any) -> str:
    return ".".join(quote(part.string.sval) for part in name.names) + "[]" * len(name.array_bounds)
