"""Event triggers. https://www.postgresql.org/docs/current/sql-createeventtrigger.html"""

from __future__ import annotations

from pggit.kinds.ddl import clause, literal
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render

_ENABLED = {"disabled": "disable", "replica": "enable replica", "always": "enable always"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE EVENT TRIGGER and how it is enabled."""
    definition = obj.definition
    tags = ", ".join(map(literal, definition.get("tags", ())))
    when = clause(" when tag in (%s)", tags or None)
    head = f"create event trigger {obj.identity} on {definition['event']}{when}"
    statements = [f"{head} execute function {definition['function']}()"]
    if "enabled" in definition:
        statements.append(f"alter event trigger {obj.identity} {_ENABLED[definition['enabled']]}")
    return statements


KINDS = (
    Kind(
        "event trigger",
        "pg_event_trigger",
        merge={"event": SCALAR, "tags": SET, "function": SCALAR, "enabled": SCALAR},
        create=create,
        source="event_trigger",
        head=True,
    ),
)
