"""Columns of tables and foreign tables. https://www.postgresql.org/docs/current/sql-altertable.html"""

from __future__ import annotations

from collections.abc import Mapping

from pggit.kinds import identities, shape, syntax
from pggit.kinds.column_alter import alter, disturbs, drop
from pggit.kinds.ddl import fdw_options, name, options
from pggit.kinds.identity import IDENTITY, identity_clause, sequence_persistence
from pggit.kinds.kind import SCALAR, SET, Definition, Kind, Object, Render
from pggit.kinds.not_null import told_inherited, usual_name
from pggit.kinds.relation import Column, column_of, relation_of, typed


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … ADD COLUMN, with its default so that rows get it.

    A column that is only inherited came with the parent's, one of a typed table with the type's; only what the table
    says of it is written.
    """
    column = column_of(obj, render)
    relation, _ = relation_of(obj.identity)
    if typed(render):
        return alter(Object("column", obj.identity, {"type": obj.definition["type"]}), obj, render) or []
    if not column.local:
        render.written.add(obj.key)
        return settings(relation, [column])
    render.written.update(column.keys)
    added = f"alter table {relation} add column {clause(column, Object('table', relation, {}), render)}"
    return [added, *settings(relation, [column])]


def clause(column: Column, table: Object, render: Render) -> str:
    """Write a column as CREATE TABLE takes it; empty if the table need not say anything of it."""
    child = "partition_of" in table.definition
    if child or "type" in table.definition:
        said = _constraints(column, table, render, child)
        return f"{name(column.name)} with options{said}" if said else ""
    if not column.local:
        said = _not_null(column, table, render) if render.major >= 18 else ""
        return f"{said.strip()} {name(column.name)}" if said else ""
    definition = column.definition
    collation = f" collate {definition['collation']}" if "collation" in definition else ""
    said = _constraints(column, table, render, child)
    return f"{name(column.name)} {definition['type']}{fdw_options(definition.get('fdw_options'))}{collation}{said}"


def settings(relation: str, columns: list[Column]) -> list[str]:
    """Write ALTER TABLE for what CREATE TABLE cannot say on all servers: storage, compression, statistics, options."""
    statements = []
    actions = [
        f"alter column {name(column.name)} {action}"
        for column in columns
        for action in setting_actions(column.definition)
    ]
    if actions:
        statements.append(f"alter table only {relation} {', '.join(actions)}")
    for column in columns:
        identity = column.definition.get("identity") or {}
        statements += _not_valid(relation, column) + sequence_persistence(relation, name(column.name), identity)
    return statements


def setting_actions(definition: Definition) -> list[str]:
    """Write the actions that follow ALTER COLUMN c, for a column of a table or of a materialized view."""
    actions = [f"set {key} {definition[key]}" for key in ("storage", "compression", "statistics") if key in definition]
    if "options" in definition:
        actions.append("set" + options(definition["options"], " (%s)"))
    return actions


def _constraints(column: Column, table: Object, render: Render, child: bool) -> str:
    definition = column.definition
    said = ""
    if "generated" in definition and not (child and definition.get("inherited")):
        generated = definition["generated"]
        said += f" generated always as ({generated['expression']}) {'stored' if generated['stored'] else 'virtual'}"
    if definition.get("identity"):
        said += identity_clause(definition["identity"])
    if column.default is not None:
        said += f" default {column.default}"
    return said + _not_null(column, table, render)


def _not_null(column: Column, table: Object, render: Render) -> str:
    told = column.definition.get("not_null")
    if not told or told_inherited(told):
        return ""
    if isinstance(told, dict):
        if told.get("not_valid"):
            return ""
        return f" constraint {name(told['name'])} not null{' no inherit' if told.get('no_inherit') else ''}"
    if render.major >= 18 and column.definition.get("inherited"):
        # unnamed, it would take the name that the parent's has
        return f" constraint {name(usual_name(table.identity, column.name))} not null"
    return " not null"


def _not_valid(relation: str, column: Column) -> list[str]:
    told = column.definition.get("not_null")
    if not isinstance(told, dict) or not told.get("not_valid") or told_inherited(told):
        return []
    no_inherit = " no inherit" if told.get("no_inherit") else ""
    return [
        f"alter table {relation} add constraint {name(told['name'])} not null {name(column.name)}{no_inherit} not valid"
    ]


_NOT_NULL = shape.Record(
    required={"name": shape.bare},
    optional={"inherited": shape.true, "not_valid": shape.true, "no_inherit": shape.true},
)
_GENERATED = shape.Record(required={"stored": shape.boolean, "expression": syntax.EXPRESSION})
SETTINGS: Mapping[str, shape.Check] = {
    "storage": shape.word("plain", "external", "main", "extended"),
    "compression": shape.word("pglz", "lz4"),
    "statistics": shape.integer,
    "options": shape.OPTIONS,
}
"""What else a column may say, in a table and in a materialized view."""

_SHAPE = shape.Record(
    required={"type": syntax.TYPE},
    optional={
        **SETTINGS,
        "collation": shape.qualified,
        "not_null": shape.Either(shape.true, _NOT_NULL),
        "identity": IDENTITY,
        "generated": _GENERATED,
        "fdw_options": shape.FDW_OPTIONS,
        "inherited": shape.true,
        "local": shape.true,
    },
)

KINDS = (
    Kind(
        "column",
        "pg_class",
        merge={
            "type": SCALAR,
            "collation": SCALAR,
            "not_null": SCALAR,
            "identity": SCALAR,
            "generated": SCALAR,
            "storage": SCALAR,
            "compression": SCALAR,
            "statistics": SCALAR,
            "options": SET,
            "fdw_options": SET,
            "inherited": SCALAR,
            "local": SCALAR,
        },
        named=identities.COLUMN,
        shape=_SHAPE,
        create=create,
        source="column",
        renames=True,
        alter=alter,
        drop=drop,
        disturbs=disturbs,
    ),
)
