"""Indexes that stand for no constraint. https://www.postgresql.org/docs/current/sql-createindex.html"""

from __future__ import annotations

from collections.abc import Sequence

from pggit.core.identity import split_name
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import name, names, options
from pggit.kinds.difference import differing, options_changed
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render
from pggit.kinds.relation import leaves


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


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER INDEX for options, tablespace, statistics targets, and to attach it to its parent's."""
    changed = differing(old.definition, new.definition)
    targets = _targets(old.definition["columns"], new.definition["columns"])
    attached = index_changed(new.identity, old, new, render)
    if targets is None or attached is None or changed - {"columns", "options", "tablespace", "parent"}:
        return None
    if "parent" in new.definition and "parent" in changed:
        attached.append(f"alter index {new.definition['parent']} attach partition {new.identity}")
    return [*(f"alter index {new.identity} {target}" for target in targets), *attached]


def index_changed(identity: str, old: Object, new: Object, render: Render) -> list[str] | None:
    """Write what changes options and tablespace of an index that may stand for a constraint.

    Returns None where PostgreSQL cannot: an index of a partitioned table keeps its options, and one that is attached
    stays so until its table is detached.
    """
    changed = differing(old.definition, new.definition)
    if "options" in changed and "partition_key" in render.head.definition:
        return None
    if "parent" in changed and "parent" in old.definition and not leaves(render):
        return None
    actions = options_changed(old.definition.get("options"), new.definition.get("options"))
    if "tablespace" in changed:
        actions.append(f"set tablespace {new.definition.get('tablespace', 'pg_default')}")
    return [f"alter index {identity} {action}" for action in actions]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP INDEX; what is attached to its parent's goes along with that, unless the table is detached."""
    if "parent" not in obj.definition:
        return [f"drop index {obj.identity}"]
    return [f"drop index if exists {obj.identity}"] if leaves(render) else []


def _targets(old: Sequence[Definition], new: Sequence[Definition]) -> list[str] | None:
    """Write the statistics targets that differ, or return None where more differs."""
    if [_untargeted(column) for column in old] != [_untargeted(column) for column in new]:
        return None
    return [
        f"alter column {number} set statistics {column.get('statistics', -1)}"
        for number, (was, column) in enumerate(zip(old, new, strict=True), 1)
        if was != column
    ]


def _untargeted(column: Definition) -> Definition:
    return {key: value for key, value in column.items() if key != "statistics"}


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


_ELEMENT: dict[str, shape.Check] = {
    "collation": shape.qualified,
    "opclass": shape.qualified,
    "opclass_options": shape.OPTIONS,
    "order": shape.word("desc"),
    "nulls": shape.word("first", "last"),
    "operator": shape.called_operator,
    "statistics": shape.integer,
}
ELEMENTS = shape.ListOf(
    shape.Alternative(
        "column",
        shape.Record({"column": shape.bare}, _ELEMENT),
        shape.Record({"expression": syntax.EXPRESSION}, _ELEMENT),
    ),
    least=1,
)
"""The keys of an index or an exclusion constraint."""

_SHAPE = shape.Record(
    required={"method": shape.bare, "columns": ELEMENTS},
    optional={
        "unique": shape.true,
        "nulls_not_distinct": shape.true,
        "include": shape.ListOf(shape.bare, least=1),
        "where": syntax.EXPRESSION,
        "options": shape.OPTIONS,
        "tablespace": shape.name,
        "parent": shape.qualified,
    },
)

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
        named=identities.IN_SCHEMA,
        shape=_SHAPE,
        create=create,
        source="index",
        renames=True,
        alter=alter,
        drop=drop,
    ),
)
