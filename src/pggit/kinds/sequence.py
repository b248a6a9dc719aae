"""Sequences. https://www.postgresql.org/docs/current/sql-createsequence.html"""

from pggit.kinds import identities, shape
from pggit.kinds.difference import differing
from pggit.kinds.identity import into_bounds
from pggit.kinds.kind import SCALAR, Definition, Kind, Object, Render

_WORDS = {"start": "start with", "increment": "increment by", "min": "minvalue", "max": "maxvalue", "cache": "cache"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SEQUENCE."""
    unlogged = "unlogged " if "persistence" in obj.definition else ""
    cycle = " cycle" if obj.definition.get("cycle") else ""
    return [f"create {unlogged}sequence {obj.identity} {_told(obj.definition)}{cycle}"]


def alter(old: Object, new: Object, render: Render) -> list[str]:
    """Write ALTER SEQUENCE; it goes on counting where it was.

    All bounds are told, because a change of the type or the direction would move them.
    """
    changed = differing(old.definition, new.definition)
    statements = []
    if changed - {"persistence", "owned_by"}:
        statements += into_bounds(new.identity, old.definition, new.definition)
        statements.append(f"alter sequence {new.identity} {_told(new.definition)}{_cycle(new.definition)}")
    if "persistence" in changed:
        statements.append(f"alter sequence {new.identity} set {new.definition.get('persistence', 'logged')}")
    if "owned_by" in changed:
        statements.append(f"alter sequence {new.identity} owned by {new.definition.get('owned_by', 'none')}")
    return statements


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP SEQUENCE; one that a column owns may be gone with that already."""
    return [f"drop sequence {'if exists ' if 'owned_by' in obj.definition else ''}{obj.identity}"]


def _cycle(definition: Definition) -> str:
    return " cycle" if definition.get("cycle") else " no cycle"


def _told(definition: Definition) -> str:
    said = (f"{word} {definition[key]}" for key, word in _WORDS.items())
    return f"as {definition['type']} {' '.join(said)}"


def finish(obj: Object, render: Render) -> list[str]:
    """Write OWNED BY: the column is there by now, and its default may have needed the sequence."""
    if "owned_by" not in obj.definition:
        return []
    return [f"alter sequence {obj.identity} owned by {obj.definition['owned_by']}"]


_SHAPE = shape.Record(
    required={"type": shape.word("smallint", "integer", "bigint"), **dict.fromkeys(_WORDS, shape.integer)},
    optional={"cycle": shape.true, "persistence": shape.word("unlogged"), "owned_by": shape.column},
)

KINDS = (
    Kind(
        "sequence",
        "pg_class",
        merge=dict.fromkeys(["type", *_WORDS, "cycle", "persistence", "owned_by"], SCALAR),
        named=identities.IN_SCHEMA,
        shape=_SHAPE,
        create=create,
        source="sequence",
        head=True,
        finish=finish,
        alter=alter,
        drop=drop,
    ),
)
