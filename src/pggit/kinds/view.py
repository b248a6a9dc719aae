"""Views. https://www.postgresql.org/docs/current/sql-createview.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import names, options
from pggit.kinds.difference import differing, options_changed
from pggit.kinds.kind import LINES, SEQUENCE, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE VIEW."""
    return _create(obj, "create")


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER VIEW for options, CREATE OR REPLACE for a query that only adds columns at the end."""
    if differing(old.definition, new.definition) == {"options"}:
        actions = options_changed(old.definition.get("options"), new.definition.get("options"))
        return [f"alter view {new.identity} {action}" for action in actions]
    columns = old.definition["columns"]
    if new.definition["columns"][: len(columns)] != columns:
        return None
    return _create(new, "create or replace")


def _create(obj: Object, verb: str) -> list[str]:
    definition = obj.definition
    columns = names(name for name, _ in definition["columns"])
    settings = options(definition.get("options"))
    return [f"{verb} view {obj.identity} ({columns}){settings} as\n{definition['query']}"]


KINDS = (
    Kind(
        "view",
        "pg_class",
        merge={"query": LINES, "columns": SEQUENCE, "options": SET},
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"query": syntax.QUERY, "columns": shape.ListOf(shape.Pair(shape.bare, syntax.TYPE))},
            optional={"options": shape.OPTIONS},
        ),
        create=create,
        source="view",
        head=True,
        alter=alter,
    ),
)
