"""Triggers. https://www.postgresql.org/docs/current/sql-createtrigger.html"""

from __future__ import annotations

from pggit.kinds.ddl import ENABLED, literal, name, names
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render
from pggit.kinds.relation import owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TRIGGER; one that a partition has from its parent is there already."""
    if obj.definition.get("inherited"):
        return []
    definition = obj.definition
    trigger, table = owner_of(obj.identity)
    arguments = ", ".join(map(literal, definition.get("arguments", ())))
    statement = "".join(
        (
            f"create {'constraint ' if definition.get('constraint') else ''}trigger {trigger}",
            f" {definition['timing']} {_events(definition)} on {table}",
            f" from {definition['from']}" if "from" in definition else "",
            " deferrable" if definition.get("deferrable") else "",
            " initially deferred" if definition.get("initially_deferred") else "",
            _referencing(definition),
            f" for each {definition['level']}",
            f" when ({definition['when']})" if "when" in definition else "",
            f" execute function {definition['function']}({arguments})",
        )
    )
    if "enabled" not in definition:
        return [statement]
    return [statement, f"alter table {table} {ENABLED[definition['enabled']]} trigger {trigger}"]


def finish(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE for a partition's trigger that is enabled otherwise than its parent's."""
    if not obj.definition.get("inherited"):
        return []
    trigger, table = owner_of(obj.identity)
    state = ENABLED.get(obj.definition.get("enabled", ""), "enable")
    return [f"alter table only {table} {state} trigger {trigger}"]


def _events(definition: Definition) -> str:
    columns = f" of {names(definition['update_columns'])}" if "update_columns" in definition else ""
    return " or ".join(event + columns if event == "update" else event for event in definition["events"])


def _referencing(definition: Definition) -> str:
    tables = [
        f"{age} table as {name(definition[f'{age}_table'])}" for age in ("old", "new") if f"{age}_table" in definition
    ]
    return f" referencing {' '.join(tables)}" if tables else ""


KINDS = (
    Kind(
        "trigger",
        "pg_class",
        merge={
            "timing": SCALAR,
            "events": SET,
            "update_columns": SET,
            "level": SCALAR,
            "when": SCALAR,
            "function": SCALAR,
            "arguments": SEQUENCE,
            "constraint": SCALAR,
            "deferrable": SCALAR,
            "initially_deferred": SCALAR,
            "from": SCALAR,
            "old_table": SCALAR,
            "new_table": SCALAR,
            "enabled": SCALAR,
            "inherited": SCALAR,
        },
        create=create,
        source="trigger",
        renames=True,
        finish=finish,
    ),
)
