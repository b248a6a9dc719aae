"""What the bodies of functions say of tables: SQL inside of PL/pgSQL, and functions in SQL.

PostgreSQL looks at a PL/pgSQL body only when it runs. Here its statements are parsed
(https://github.com/pganalyze/libpg_query) and their names looked up in a state. SQL that is put together when it runs
is not seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pggit.core.identity import split_name, unquote
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key, write
from pggit.kinds.parsing import parse
from pggit.kinds.syntax import walk

if TYPE_CHECKING:
    from postgast import pg_query_pb2

Relation = tuple[str | None, str]
"""Schema, if it is said, and name."""

_KINDS = ("table", "foreign table", "view", "materialized view")
_ROW = "new record, old record, tg_op text, tg_table_name text, tg_table_schema text, tg_name text"
_EXPRESSION, _ASSIGNMENTS = 2, (3, 4, 5)
"""How PL/pgSQL reads a text (``RawParseMode`` in src/include/parser/parser.h)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one statement says.

    Attributes:
        relations: those that it names, by the name that stands for them in it.
        columns: names of columns as they are written: ``(email,)``, ``(u, email)``.
        made: names that the statement itself gives to columns: ``select id as number``.
        written: (relation, column) that INSERT and UPDATE name as target.
        inserted: (relation, the columns that INSERT names) where it names them, or says DEFAULT VALUES.
    """

    relations: Mapping[str, Relation]
    columns: frozenset[tuple[str, ...]]
    made: frozenset[str]
    written: frozenset[tuple[Relation, str]]
    inserted: tuple[tuple[Relation, frozenset[str]], ...]


def bodies(state: State) -> Iterator[tuple[str, tuple[str, ...], list[Said]]]:
    """Yield (key, schemas in which names are looked up, what the statements say) of functions and procedures."""
    for group in state.groups:
        kind, identity = kind_of_key(group)
        if kind in ("function", "procedure") and group in state.groups[group]:
            text = state.blobs[state.groups[group][group]]
            said = _said_by(kind, identity, text)
            if said:
                yield group, _search_path(json.loads(text)), list(said)


class Relations:
    """The tables and views of a state, and their columns."""

    def __init__(self, state: State) -> None:
        self.groups: dict[tuple[str, str], str] = {}
        self.columns: dict[tuple[str, str], set[str]] = {}
        for group, members in state.groups.items():
            kind, identity = kind_of_key(group)
            if kind not in _KINDS or group not in members:
                continue
            schema, name = map(unquote, split_name(identity))
            self.groups[schema, name] = group
            self.columns[schema, name] = {unquote(split_name(key[7:])[-1]) for key in members if key[:7] == "column "}
            if "view" in kind:
                self.columns[schema, name] = {column for column, _ in state.definition(group, group)["columns"]}

    def find(self, relation: Relation, path: tuple[str, ...]) -> tuple[str, str] | None:
        """Return schema and name of a relation that is named in a body, or None where there is none."""
        schema, name = relation
        return next((at for one in ((schema,) if schema else path) if (at := (one, name)) in self.groups), None)


def _search_path(definition: Mapping[str, Any]) -> tuple[str, ...]:
    written = definition.get("config", {}).get("search_path")
    if written is None:
        return ("public",)
    return tuple(unquote(one.strip()) for one in str(written).split(","))


@lru_cache(maxsize=20_000)
def _said_by(kind: str, identity: str, text: str) -> tuple[Said, ...]:
    definition = json.loads(text)
    return tuple(said for sql in _statements(kind, identity, definition) for said in _parsed(sql))


def _statements(kind: str, identity: str, definition: dict[str, Any]) -> Iterator[str]:
    """Yield the SQL in a body."""
    body = definition.get("body")
    if definition.get("language") == "sql" and body:
        yield body
    if definition.get("language") != "plpgsql" or not body:
        return
    import postgast

    (sql, *_) = write.create(Object(kind, identity, definition), Render())
    if definition.get("returns") == "trigger":  # the parser's own rows for triggers are broken
        sql = sql.replace("()", f"({_ROW})", 1).replace("returns trigger", "returns record", 1)
    try:
        parsed = postgast.parse_plpgsql(sql)
    except (postgast.PgQueryError, json.JSONDecodeError):
        return
    yield from _texts(parsed)


def _texts(parsed: Any) -> Iterator[str]:
    if isinstance(parsed, dict):
        for key, value in parsed.items():
            if key == "PLpgSQL_expr":
                yield _as_statement(value["query"], value.get("parseMode", 0))
            elif key == "PLpgSQL_type" and str(value.get("typname", "")).lower().endswith("%type"):
                yield _as_column(value["typname"][:-5])
            else:
                yield from _texts(value)
    elif isinstance(parsed, list):
        for value in parsed:
            yield from _texts(value)


def _as_statement(text: str, mode: int) -> str:
    if mode == _EXPRESSION:
        return f"select {text}"
    return re.sub(r"^[^=]*?:?=", "select ", text, count=1) if mode in _ASSIGNMENTS else text


def _as_column(written: str) -> str:
    """Write ``public.users.email%type`` as a statement that uses the column."""
    relation, _, column = written.rpartition(".")
    return f"select {column} from {relation}" if relation else ""  # noqa: S608 - it is parsed, never run


def _parsed(sql: str) -> Iterator[Said]:
    import postgast

    try:
        statements = parse(sql).stmts
    except postgast.PgQueryError:
        return
    for statement in statements:
        yield _said(statement)


def _said(statement: pg_query_pb2.RawStmt) -> Said:
    relations: dict[str, Relation] = {}
    columns, made, written = set(), set(), set()
    inserted = []
    for found in walk(statement):
        node: Any = found
        name = type(node).__name__
        if name == "RangeVar":
            relations[node.alias.aliasname or node.relname] = (node.schemaname or None, node.relname)
        elif name == "ColumnRef":
            columns.add(tuple(field.string.sval for field in node.fields))
        elif name == "ResTarget":
            made |= {node.name} - {field.string.sval for field in node.val.column_ref.fields}
        elif name in ("Alias", "CommonTableExpr"):
            listed = node.colnames if name == "Alias" else node.aliascolnames
            made |= {one.string.sval for one in listed}
        elif name == "InsertStmt":
            relation = (node.relation.schemaname or None, node.relation.relname)
            named = frozenset(one.res_target.name for one in node.cols)
            written |= {(relation, one) for one in named}
            if named or not node.HasField("select_stmt"):
                inserted.append((relation, named))
        elif name == "UpdateStmt":
            relation = (node.relation.schemaname or None, node.relation.relname)
            written |= {(relation, one.res_target.name) for one in node.target_list}
    return Said(relations, frozenset(columns), frozenset(made), frozenset(written), tuple(inserted))
