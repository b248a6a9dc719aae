"""Identity columns: how their sequences change. https://www.postgresql.org/docs/current/sql-altertable.html"""

from __future__ import annotations

from pggit.core.identity import split_name, unquote
from pggit.kinds import shape
from pggit.kinds.ddl import literal, name
from pggit.kinds.kind import Definition, Object

_OPTIONS = {"start": "start with", "increment": "increment by", "min": "minvalue", "max": "maxvalue", "cache": "cache"}


IDENTITY = shape.Record(
    required={"generated": shape.word("always", "by default"), **dict.fromkeys(_OPTIONS, shape.integer)},
    optional={
        "cycle": shape.true,
        "persistence": shape.word("unlogged", "logged"),
        "sequence": shape.qualified,
    },
)
"""An identity: its sequence is told in full."""


def identity_clause(definition: Definition) -> str:
    """Write GENERATED … AS IDENTITY with all options of its sequence."""
    words = [f"sequence name {definition['sequence']}"] if "sequence" in definition else []
    words += [f"{word} {definition[key]}" for key, word in _OPTIONS.items() if key in definition]
    if definition.get("cycle"):
        words.append("cycle")
    listed = f" ({' '.join(words)})" if words else ""
    return f" generated {definition['generated']} as identity{listed}"


def identity_changed(
    relation: str,
    column: str,
    old: Definition | None,
    new: Definition | None,
    *,
    retyped: bool = False,
    persistence: str = "logged",
) -> list[str]:
    """Write what adds, changes or drops an identity; its sequence goes on counting where it was.

    Args:
        relation: the table, qualified.
        column: the column's name as it is written.
        old: the identity as it is, or None.
        new: as it shall be, or None.
        retyped: whether the column's type changes too, which may move the sequence's bounds.
        persistence: the table's, as it shall be: the sequence has the same unless told.
    """
    if old == new and not (new and retyped):
        return []
    altered = f"alter table {relation} alter column {column}"
    if new is None:
        return [f"{altered} drop identity"]
    if old is None:
        return [f"{altered} add{identity_clause(new)}", *sequence_persistence(relation, column, new)]
    actions = []
    if old["generated"] != new["generated"]:
        actions.append(f"set generated {new['generated']}")
    before = into_bounds(_sequence(relation, column, old), old, new)
    if retyped or any(old[key] != new[key] for key in _OPTIONS):
        actions += [f"set {word} {new[key]}" for key, word in _OPTIONS.items()]
    if old.get("cycle") != new.get("cycle"):
        actions.append("set cycle" if new.get("cycle") else "set no cycle")
    statements = [*before, f"{altered} {' '.join(actions)}"] if actions else []
    was, shall = _sequence(relation, column, old), _sequence(relation, column, new)
    if was != shall:
        statements.append(f"alter sequence {was} rename to {split_name(shall)[-1]}")
    if old.get("persistence") != new.get("persistence"):
        statements.append(f"alter sequence {shall} set {new.get('persistence', persistence)}")
    return statements


def into_bounds(sequence: str, old: Definition, new: Definition) -> list[str]:
    """Write what brings a sequence's value between its new bounds: PostgreSQL refuses bounds that it is not between.

    A value that fits stays; one that does not begins anew at the new start. Both bounds are there at first.

    Args:
        sequence: its qualified name.
        old: its options as they are.
        new: as they shall be.
    """
    low, high = min(old["min"], new["min"]), max(old["max"], new["max"])
    if new["min"] <= old["min"] and new["max"] >= old["max"]:
        return []
    statements = []
    if (low, high) != (old["min"], old["max"]):
        wide = "" if old.get("type") == new.get("type") else f" as {wider(old['type'], new['type'])}"
        statements.append(f"alter sequence {sequence}{wide} minvalue {low} maxvalue {high}")
    statements.append(
        f"select setval({literal(sequence)}, {new['start']}, false) from {sequence}"
        f" where last_value not between {new['min']} and {new['max']}"
    )
    return statements


def wider(*types: str) -> str:
    """Return the widest of some types of sequences."""
    return max(types, key=("smallint", "integer", "bigint").index)


def sequence_persistence(relation: str, column: str, definition: Definition) -> list[str]:
    """Write ALTER SEQUENCE where the sequence's persistence is not the table's."""
    if "persistence" not in definition:
        return []
    return [f"alter sequence {_sequence(relation, column, definition)} set {definition['persistence']}"]


def sequence_of(column: Object) -> str:
    """Return the qualified name of an identity column's sequence."""
    *relation, bare = split_name(column.identity)
    return _sequence(".".join(relation), bare, column.definition["identity"])


def _sequence(relation: str, column: str, definition: Definition) -> str:
    *schema, table = split_name(relation)
    usual = ".".join([*schema, name(f"{unquote(table)}_{unquote(column)}_seq")])
    told: str = definition.get("sequence", usual)
    return told
