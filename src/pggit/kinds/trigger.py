"""Triggers. https://www.postgresql.org/docs/current/sql-createtrigger.html"""

from __future__ import annotations

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import ENABLED, literal, name, names
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render
from pggit.kinds.relation import leaves, owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TRIGGER; one that a partition has from its parent is there already."""
    if obj.definition.get("inherited"):
        return []
    statement = _create(obj, "create")
    return [statement, _enable(obj)] if "enabled" in obj.definition else [statement]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TABLE for when it fires, CREATE OR REPLACE TRIGGER (since 14) for all else.

    PostgreSQL replaces no constraint triggers. On a partitioned table a trigger for each row has copies in the
    partitions, one for each statement has none: the one does not replace the other.
    """
    changed = differing(old.definition, new.definition)
    if "inherited" in changed:
        return None
    if changed == {"enabled"}:
        return finish(new, render) or [_enable(new)]
    if render.major < 14 or "constraint" in old.definition or "constraint" in new.definition:
        return None
    if "level" in changed and "partition_key" in render.head.definition:
        return None
    statement = _create(new, "create or replace")  # and fires as usual again
    return [statement, _enable(new)] if "enabled" in new.definition else [statement]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP TRIGGER; one that a partition has from its parent goes with that, or fires again as usual."""
    trigger, table = owner_of(obj.identity)
    if not obj.definition.get("inherited"):
        return [f"drop trigger {trigger} on {table}"]
    return [] if leaves(render) else [f"alter table only {table} enable trigger {trigger}"]


def _enable(obj: Object) -> str:
    trigger, table = owner_of(obj.identity)
    return f"alter table {table} {ENABLED.get(obj.definition.get('enabled', ''), 'enable')} trigger {trigger}"


def _create(obj: Object, verb: str) -> str:
    definition = obj.definition
    trigger, table = owner_of(obj.identity)
    arguments = ", ".join(map(literal, definition.get("arguments", ())))
    return "".join(
        (
            f"{verb} {'constraint ' if definition.get('constraint') else ''}trigger {trigger}",
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


_SHAPE = shape.Alternative(
    "inherited",
    shape.Record({"inherited": shape.true}, {"enabled": shape.ENABLED}),
    shape.Record(
        required={
            "timing": shape.word("before", "after", "instead of"),
            "events": shape.ListOf(shape.word("insert", "update", "delete", "truncate"), least=1),
            "level": shape.word("row", "statement"),
            "function": shape.routine,
        },
        optional={
            "update_columns": shape.ListOf(shape.bare, least=1),
            "when": syntax.EXPRESSION,
            "arguments": shape.ListOf(shape.text),
            **dict.fromkeys(("constraint", "deferrable", "initially_deferred"), shape.true),
            "from": shape.qualified,
            "old_table": shape.bare,
            "new_table": shape.bare,
            "enabled": shape.ENABLED,
        },
    ),
)

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
        named=identities.ON_RELATION,
        shape=_SHAPE,
        create=create,
        source="trigger",
        renames=True,
        finish=finish,
        alter=alter,
        drop=drop,
    ),
)
