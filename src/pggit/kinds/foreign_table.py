"""Foreign tables, with their columns. https://www.postgresql.org/docs/current/sql-createforeigntable.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.column import clause, settings
from pggit.kinds.ddl import fdw_options
from pggit.kinds.difference import differing, fdw_options_changed
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Kind, Object, Render
from pggit.kinds.relation import columns, inherited_settings, joining, leaving


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE FOREIGN TABLE with columns, their defaults and NOT NULL."""
    definition = obj.definition
    found = columns(obj, render)
    render.written.update(key for column in found for key in column.keys)
    clauses = [text for column in found if (text := clause(column, obj, render))]
    listed = "(\n    " + ",\n    ".join(clauses) + "\n)" if clauses else ""
    if "partition_of" in definition:
        shape = " ".join(filter(None, (f" partition of {definition['partition_of']}", listed, definition["bound"])))
    else:
        inherits = f" inherits ({', '.join(definition['inherits'])})" if "inherits" in definition else ""
        shape = f" {listed or '()'}{inherits}"
    statement = f"create foreign table {obj.identity}{shape} server {definition['server']}"
    return [
        statement + fdw_options(definition.get("options")),
        *inherited_settings(obj, found, render),
        *settings(obj.identity, found),
    ]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER FOREIGN TABLE: first what ends ties to parents, last what makes them; the server stays."""
    if "server" in differing(old.definition, new.definition):
        return None
    actions = fdw_options_changed(old.definition.get("options"), new.definition.get("options"))
    altered = [f"alter foreign table {new.identity} {action}" for action in actions]
    return [*leaving(old, new), *altered, *joining(old, new)]


KINDS = (
    Kind(
        "foreign table",
        "pg_class",
        merge={
            "server": SCALAR,
            "options": SET,
            "inherits": SEQUENCE,
            "partition_of": SCALAR,
            "bound": SCALAR,
            "_columns": SEQUENCE,
        },
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"server": shape.name},
            optional={
                "options": shape.FDW_OPTIONS,
                "inherits": shape.ListOf(shape.qualified),
                "partition_of": shape.qualified,
                "bound": syntax.BOUND,
                "_columns": shape.ListOf(shape.bare),
            },
        ),
        create=create,
        source="foreign_table",
        head=True,
        alter=alter,
    ),
)
