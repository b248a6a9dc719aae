"""Event triggers. https://www.postgresql.org/docs/current/sql-createeventtrigger.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import ENABLED, clause, literal
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE EVENT TRIGGER and how it is enabled."""
    definition = obj.definition
    listed = definition.get("tags", ())
    given = definition.get("_tags", ())
    tags = ", ".join(map(literal, given if set(given) == set(listed) else listed))
    when = clause(" when tag in (%s)", tags or None)
    head = f"create event trigger {obj.identity} on {definition['event']}{when}"
    statements = [f"{head} execute function {definition['function']}()"]
    if "enabled" in definition:
        statements.append(f"alter event trigger {obj.identity} {ENABLED[definition['enabled']]}")
    return statements


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER EVENT TRIGGER for when it fires, which is all that can be altered."""
    if differing(old.definition, new.definition) != {"enabled"}:
        return None
    return [f"alter event trigger {new.identity} {ENABLED.get(new.definition.get('enabled', ''), 'enable')}"]


KINDS = (
    Kind(
        "event trigger",
        "pg_event_trigger",
        merge={"event": SCALAR, "tags": SET, "function": SCALAR, "enabled": SCALAR, "_tags": SEQUENCE},
        named=identities.BARE,
        shape=shape.Record(
            required={
                "event": shape.word("ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", "login"),
                "function": shape.routine,
            },
            optional={"tags": shape.ListOf(shape.text), "enabled": shape.ENABLED, "_tags": shape.ListOf(shape.text)},
        ),
        create=create,
        alter=alter,
        source="event_trigger",
        head=True,
    ),
)
