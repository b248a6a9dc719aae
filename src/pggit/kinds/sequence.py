"""Sequences. https://www.postgresql.org/docs/current/sql-createsequence.html"""

from pggit.kinds.kind import SCALAR, Kind, Object, Render

_WORDS = {"start": "start with", "increment": "increment by", "min": "minvalue", "max": "maxvalue", "cache": "cache"}


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE SEQUENCE."""
    definition = obj.definition
    said = " ".join(f"{word} {definition[key]}" for key, word in _WORDS.items())
    unlogged = "unlogged " if "persistence" in definition else ""
    cycle = " cycle" if definition.get("cycle") else ""
    return [f"create {unlogged}sequence {obj.identity} as {definition['type']} {said}{cycle}"]


def finish(obj: Object, render: Render) -> list[str]:
    """Write OWNED BY: the column is there by now, and its default may have needed the sequence."""
    if "owned_by" not in obj.definition:
        return []
    return [f"alter sequence {obj.identity} owned by {obj.definition['owned_by']}"]


KINDS = (
    Kind(
        "sequence",
        "pg_class",
        merge=dict.fromkeys(["type", *_WORDS, "cycle", "persistence", "owned_by"], SCALAR),
        create=create,
        source="sequence",
        head=True,
        finish=finish,
    ),
)
