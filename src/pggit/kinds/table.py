"""Tables, with their columns. https://www.postgresql.org/docs/current/sql-createtable.html"""

from __future__ import annotations

from typing import Any

from pggit.kinds import identities, shape, syntax
from pggit.kinds.column import clause, settings
from pggit.kinds.ddl import name, options
from pggit.kinds.difference import differing, options_changed
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render
from pggit.kinds.relation import columns, inherited_settings, joining, leaving


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE TABLE with columns, their defaults and NOT NULL, then what only ALTER TABLE can say."""
    definition = obj.definition
    found = columns(obj, render)
    render.written.update(key for column in found for key in column.keys)
    statement = "".join(
        (
            "create ",
            "unlogged " if "persistence" in definition else "",
            f"table {obj.identity}",
            _shape(definition, [text for column in found if (text := clause(column, obj, render))]),
            f" partition by {definition['partition_key']}" if "partition_key" in definition else "",
            f" using {definition['access_method']}" if "access_method" in definition else "",
            options(storage(definition)),
            f" tablespace {definition['tablespace']}" if "tablespace" in definition else "",
        )
    )
    return [
        statement,
        *inherited_settings(obj, found, render),
        *settings(obj.identity, found),
        *_switches(obj),
    ]


def finish(obj: Object, render: Render) -> list[str]:
    """Write what speaks of the table's indexes: replica identity and CLUSTER ON."""
    definition = obj.definition
    statements = []
    identity = definition.get("replica_identity")
    if isinstance(identity, dict):
        statements.append(f"alter table {obj.identity} replica identity using index {name(identity['index'])}")
    if "cluster_on" in definition:
        statements.append(f"alter table {obj.identity} cluster on {name(definition['cluster_on'])}")
    return statements


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TABLE: first what ends ties to parents, last what makes them (`leaving`, `joining`)."""
    changed = differing(old.definition, new.definition)
    if "partition_key" in changed or ("access_method" in changed and render.major < 15):
        return None
    if "persistence" in changed and "partition_key" in new.definition:
        return None  # PostgreSQL accepts it before 18, and does nothing
    before = storage(old.definition)
    actions = [_switch(key, new.definition) for key in _SWITCHES if key in changed]
    actions += options_changed(before, storage(new.definition))
    altered = [f"alter table only {new.identity} {action}" for action in actions]
    return [*leaving(old, new), *altered, *joining(old, new)]


def _switch(key: str, definition: Definition) -> str:
    """Write the action that gives a key its new value."""
    value = definition.get(key)
    if key == "row_security":
        return "enable row level security" if value else "disable row level security"
    if key == "force_row_security":
        return "force row level security" if value else "no force row level security"
    if key == "replica_identity":
        return f"replica identity {_replica_identity(value)}"
    return placement(key, value, "partition_key" in definition)


def _replica_identity(value: Any) -> str:
    if isinstance(value, dict):
        return f"using index {name(value['index'])}"
    return value or "default"


def placement(key: str, value: str | None, partitioned: bool = False) -> str:
    """Write the action that changes how rows are kept: access method, persistence, tablespace, CLUSTER ON."""
    if key == "access_method":
        return f"set access method {value or ('default' if partitioned else 'heap')}"
    if key == "persistence":
        return f"set {value or 'logged'}"
    if key == "tablespace":
        return f"set tablespace {value or 'pg_default'}"
    return f"cluster on {name(value)}" if value else "set without cluster"


def storage(definition: Definition) -> dict[str, str]:
    """Return the storage parameters, those of the TOAST table with their prefix."""
    toast = {f"toast.{key}": value for key, value in definition.get("toast_options", {}).items()}
    return {**definition.get("options", {}), **toast}


def _shape(definition: Definition, clauses: list[str]) -> str:
    listed = "(\n    " + ",\n    ".join(clauses) + "\n)" if clauses else ""
    if "type" in definition:
        return f" of {definition['type']} {listed}".rstrip()
    if "partition_of" in definition:
        return " ".join(filter(None, (f" partition of {definition['partition_of']}", listed, definition["bound"])))
    inherits = f" inherits ({', '.join(definition['inherits'])})" if "inherits" in definition else ""
    return f" {listed or '()'}{inherits}"


def _switches(obj: Object) -> list[str]:
    definition = obj.definition
    actions = []
    if definition.get("row_security"):
        actions.append("enable row level security")
    if definition.get("force_row_security"):
        actions.append("force row level security")
    if definition.get("replica_identity") in ("full", "nothing"):
        actions.append(f"replica identity {definition['replica_identity']}")
    return [f"alter table only {obj.identity} {', '.join(actions)}"] if actions else []


_SWITCHES = (
    "access_method",
    "persistence",
    "tablespace",
    "row_security",
    "force_row_security",
    "replica_identity",
    "cluster_on",
)

_SHAPE = shape.Record(
    optional={
        "persistence": shape.word("unlogged"),
        "access_method": shape.name,
        "tablespace": shape.name,
        "options": shape.OPTIONS,
        "toast_options": shape.OPTIONS,
        "type": syntax.TYPE,
        "inherits": shape.ListOf(shape.qualified),
        "partition_of": shape.qualified,
        "bound": syntax.BOUND,
        "partition_key": syntax.PARTITION_KEY,
        "row_security": shape.true,
        "force_row_security": shape.true,
        "replica_identity": shape.Either(shape.word("full", "nothing"), shape.Record({"index": shape.bare})),
        "cluster_on": shape.bare,
        "_columns": shape.ListOf(shape.bare),
    },
)

KINDS = (
    Kind(
        "table",
        "pg_class",
        merge={
            "persistence": SCALAR,
            "access_method": SCALAR,
            "tablespace": SCALAR,
            "options": SET,
            "toast_options": SET,
            "type": SCALAR,
            "inherits": SEQUENCE,
            "partition_of": SCALAR,
            "bound": SCALAR,
            "partition_key": SCALAR,
            "row_security": SCALAR,
            "force_row_security": SCALAR,
            "replica_identity": SCALAR,
            "cluster_on": SCALAR,
            "_columns": SEQUENCE,
        },
        named=identities.IN_SCHEMA,
        shape=_SHAPE,
        create=create,
        source="table",
        head=True,
        finish=finish,
        alter=alter,
    ),
)
