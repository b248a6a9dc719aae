"""Constraints of tables. https://www.postgresql.org/docs/current/sql-altertable.html"""

from __future__ import annotations

from collections.abc import Sequence

from pggit.core.identity import split_name
from pggit.kinds.ddl import name, names, options
from pggit.kinds.index import elements, include
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render
from pggit.kinds.relation import owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … ADD CONSTRAINT; on a partitioned table ONLY: its partitions attach theirs."""
    constraint, table = owner_of(obj.identity)
    indexed = obj.definition["type"] in _INDEXED
    only = "only " if indexed and "partition_key" in render.head.definition else ""
    body = _BODIES[obj.definition["type"]](obj.definition)
    statements = [f"alter table {only}{table} add constraint {constraint} {body}{_when(obj.definition)}"]
    if "parent" in obj.definition:
        parent = _index_of(obj.definition["parent"])
        statements.append(f"alter index {parent} attach partition {_index_of(obj.identity)}")
    return statements


def _index_of(identity: str) -> str:
    """Name the index of a constraint: it has the constraint's name, in the table's schema."""
    constraint, table = owner_of(identity)
    return ".".join([*split_name(table)[:-1], constraint])


def _key(definition: Definition) -> str:
    overlaps = " without overlaps" if definition.get("without_overlaps") else ""
    distinct = " nulls not distinct" if definition.get("nulls_not_distinct") else ""
    return f"{definition['type']}{distinct} ({names(definition['columns'])}{overlaps}){_index(definition)}"


def _exclude(definition: Definition) -> str:
    where = f" where ({definition['where']})" if "where" in definition else ""
    return f"exclude using {definition['method']} ({elements(definition['elements'])}){_index(definition)}{where}"


def _index(definition: Definition) -> str:
    tablespace = f" using index tablespace {definition['tablespace']}" if "tablespace" in definition else ""
    return include(definition) + options(definition.get("options")) + tablespace


def _check(definition: Definition) -> str:
    return f"check ({definition['expression']}){' no inherit' if definition.get('no_inherit') else ''}"


def _foreign_key(definition: Definition) -> str:
    period = bool(definition.get("period"))
    body = (
        f"foreign key ({_columns(definition['columns'], period)})"
        f" references {definition['references']} ({_columns(definition['referenced_columns'], period)})"
    )
    if "match" in definition:
        body += f" match {definition['match']}"
    if "on_update" in definition:
        body += f" on update {definition['on_update']}"
    if "on_delete" in definition:
        body += f" on delete {definition['on_delete']}"
    if "on_delete_columns" in definition:
        body += f" ({names(definition['on_delete_columns'])})"
    return body


def _columns(columns: Sequence[str], period: bool) -> str:
    if not period:
        return names(columns)
    return ", ".join([*map(name, columns[:-1]), f"period {name(columns[-1])}"])


def _when(definition: Definition) -> str:
    said = ""
    if definition.get("deferrable"):
        said += " deferrable"
    if definition.get("initially_deferred"):
        said += " initially deferred"
    if definition.get("not_enforced"):
        said += " not enforced"
    if definition.get("not_valid"):
        said += " not valid"
    return said


_INDEXED = ("primary key", "unique", "exclude")
_BODIES = {
    "primary key": _key,
    "unique": _key,
    "exclude": _exclude,
    "check": _check,
    "foreign key": _foreign_key,
}

KINDS = (
    Kind(
        "constraint",
        "pg_class",
        merge={
            "type": SCALAR,
            "columns": SEQUENCE,
            "expression": SCALAR,
            "references": SCALAR,
            "referenced_columns": SEQUENCE,
            "match": SCALAR,
            "on_update": SCALAR,
            "on_delete": SCALAR,
            "on_delete_columns": SET,
            "deferrable": SCALAR,
            "initially_deferred": SCALAR,
            "not_valid": SCALAR,
            "not_enforced": SCALAR,
            "period": SCALAR,
            "without_overlaps": SCALAR,
            "no_inherit": SCALAR,
            "local": SCALAR,
            "parent": SCALAR,
            "method": SCALAR,
            "elements": SEQUENCE,
            "where": SCALAR,
            "include": SEQUENCE,
            "nulls_not_distinct": SCALAR,
            "options": SET,
            "tablespace": SCALAR,
        },
        create=create,
        source="constraint",
        renames=True,
        more={"foreign_key": "pg_class", "exclusion": "pg_class"},
    ),
)
