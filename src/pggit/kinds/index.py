"""Indexes that stand for no constraint. https://www.postgresql.org/docs/current/sql-createindex.html"""

from __future__ import annotations

from collections.abc import Sequence

from pggit.core.identity import split_name
from pggit.kinds.ddl import name, names, options
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE INDEX, on a partitioned table ON ONLY: its partitions attach theirs."""
    definition = obj.definition
    head = render.head
    statement = "".join(
        (
            f"create {'unique ' if definition.get('unique') else ''}index {split_name(obj.identity)[-1]} on ",
            f"{'only ' if 'partition_key' in head.definition else ''}{head.identity}",
            f" using {definition['method']} ({elements(definition['columns'])})",
            include(definition),
            " nulls not distinct" if definition.get("nulls_not_distinct") else "",
            options(definition.get("options")),
            f" tablespace {definition['tablespace']}" if "tablespace" in definition else "",
            f" where {definition['where']}" if "where" in definition else "",
        )
    )
    targets = [
        f"alter index {obj.identity} alter column {number} set statistics {column['statistics']}"
        for number, column in enumerate(definition["columns"], 1)
        if "statistics" in column
    ]
    if "parent" in definition:
        targets.append(f"alter index {definition['parent']} attach partition {obj.identity}")
    return [statement, *targets]


def elements(columns: Sequence[Definition]) -> str:
    """Write the key columns of an index or an exclusion constraint."""
    return ", ".join(map(_element, columns))


def include(definition: Definition) -> str:
    """Write INCLUDE, where there is any."""
    return f" include ({names(definition['include'])})" if "include" in definition else ""


def _element(column: Definition) -> str:
    words = [name(column["column"]) if "column" in column else f"({column['expression']})"]
    if "collation" in column:
        words.append(f"collate {column['collation']}")
    if "opclass" in column:
        words.append(column["opclass"] + options(column.get("opclass_options"), " (%s)"))
    if "order" in column:
        words.append(column["order"])
    if "nulls" in column:
        words.append(f"nulls {column['nulls']}")
    if "operator" in column:
        words.append(f"with {column['operator']}")
    return " ".join(words)


KINDS = (
    Kind(
        "index",
        "pg_class",
        merge={
            "method": SCALAR,
            "unique": SCALAR,
            "nulls_not_distinct": SCALAR,
            "columns": SEQUENCE,
            "include": SEQUENCE,
            "where": SCALAR,
            "options": SET,
            "tablespace": SCALAR,
            "parent": SCALAR,
        },
        create=create,
        source="index",
        renames=True,
    ),
)
