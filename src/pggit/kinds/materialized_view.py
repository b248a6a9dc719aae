"""Materialized views. https://www.postgresql.org/docs/current/sql-creatematerializedview.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.column import SETTINGS, setting_actions
from pggit.kinds.column_alter import setting_changes
from pggit.kinds.ddl import name, names, options
from pggit.kinds.difference import differing, options_changed
from pggit.kinds.kind import LINES, SCALAR, SEQUENCE, SET, Kind, Object, Render
from pggit.kinds.table import placement, storage


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE MATERIALIZED VIEW and the settings of its columns."""
    definition = obj.definition
    columns = names(column for column, _ in definition["columns"])
    using = f" using {definition['access_method']}" if "access_method" in definition else ""
    tablespace = f" tablespace {definition['tablespace']}" if "tablespace" in definition else ""
    made = f"create materialized view {obj.identity} ({columns}){using}{options(storage(definition))}{tablespace}"
    actions = [
        f"alter column {name(column)} {action}"
        for column, settings in definition.get("column_settings", {}).items()
        for action in setting_actions(settings)
    ]
    altered = [f"alter materialized view {obj.identity} {', '.join(actions)}"] if actions else []
    return [f"{made} as\n{definition['query']}", *altered]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER MATERIALIZED VIEW for all but the query and its columns."""
    changed = differing(old.definition, new.definition)
    if changed & {"query", "columns"} or ("access_method" in changed and render.major < 15):
        return None
    actions = []
    for key in ("access_method", "tablespace", "cluster_on"):
        if key in changed:
            actions.append(placement(key, new.definition.get(key)))
    actions += options_changed(storage(old.definition), storage(new.definition))
    was, shall = (definition.get("column_settings", {}) for definition in (old.definition, new.definition))
    for column, type_ in new.definition["columns"]:
        told = {**shall.get(column, {}), "type": type_}
        settings = setting_changes(was.get(column, {}), told, render.major)
        actions += [f"alter column {name(column)} {action}" for action in settings]
    return [f"alter materialized view {new.identity} {action}" for action in actions]


def finish(obj: Object, render: Render) -> list[str]:
    """Write CLUSTER ON, once the index is there."""
    if "cluster_on" not in obj.definition:
        return []
    return [f"alter materialized view {obj.identity} cluster on {name(obj.definition['cluster_on'])}"]


_SHAPE = shape.Record(
    required={"query": syntax.QUERY, "columns": shape.ListOf(shape.Pair(shape.bare, syntax.TYPE))},
    optional={
        "access_method": shape.name,
        "tablespace": shape.name,
        "options": shape.OPTIONS,
        "toast_options": shape.OPTIONS,
        "cluster_on": shape.bare,
        "column_settings": shape.MapOf(shape.Record(optional=SETTINGS)),
    },
)

KINDS = (
    Kind(
        "materialized view",
        "pg_class",
        merge={
            "query": LINES,
            "columns": SEQUENCE,
            "access_method": SCALAR,
            "tablespace": SCALAR,
            "options": SET,
            "toast_options": SET,
            "cluster_on": SCALAR,
            "column_settings": SET,
        },
        named=identities.IN_SCHEMA,
        shape=_SHAPE,
        create=create,
        source="materialized_view",
        head=True,
        finish=finish,
        alter=alter,
    ),
)
