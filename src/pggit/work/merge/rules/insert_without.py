"""A function inserts rows without a column that is NOT NULL and has no default."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.core.identity import split_name, unquote
from pggit.core.state import State
from pggit.work.merge.bodies import Relations, bodies

NAME = "insert-without"


def problems(state: State) -> Iterator[tuple[str, str]]:
    """Yield functions whose INSERT names its columns, and leaves out one that it must give."""
    relations = Relations(state)
    for key, path, statements in bodies(state):
        for said in statements:
            for relation, named in said.inserted:
                at = relations.find(relation, path)
                for column in sorted(_needed(state, relations.groups[at]) - named) if at else ():
                    yield key, f"its body inserts into {'.'.join(at or ())} without column {column}, which is NOT NULL"


def _needed(state: State, group: str) -> set[str]:
    """Return the columns that every INSERT must give; none where a trigger may fill them."""
    members = state.groups[group]
    if any(key.startswith("trigger ") and _fills(state, group, key) for key in members):
        return set()
    found = set()
    for key in members:
        if key.startswith("column ") and f"default {key[7:]}" not in members:
            definition = state.definition(group, key)
            if definition.get("not_null") and not {"identity", "generated"} & definition.keys():
                found.add(unquote(split_name(key[7:])[-1]))
    return found


def _fills(state: State, group: str, key: str) -> bool:
    definition = state.definition(group, key)
    return definition.get("timing") == "before" and "insert" in definition.get("events", ())
