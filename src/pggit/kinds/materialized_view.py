"""Materialized views. https://www.postgresql.org/docs/current/sql-creatematerializedview.html"""

from pggit.kinds.column import setting_actions
from pggit.kinds.ddl import name, names, options
from pggit.kinds.kind import LINES, SCALAR, SEQUENCE, SET, Kind, Object, Render
from pggit.kinds.table import storage


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


def finish(obj: Object, render: Render) -> list[str]:
    """Write CLUSTER ON, once the index is there."""
    if "cluster_on" not in obj.definition:
        return []
    return [f"alter materialized view {obj.identity} cluster on {name(obj.definition['cluster_on'])}"]


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
        create=create,
        source="materialized_view",
        head=True,
        finish=finish,
    ),
)
