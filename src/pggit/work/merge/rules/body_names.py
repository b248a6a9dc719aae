"""A function's body names a table or a column that is not there any more."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.core.state import State
from pggit.work.merge.bodies import Relations, Said, bodies

NAME = "body-names"


def problems(state: State) -> Iterator[tuple[str, str]]:
    """Yield functions with names that cannot be found: variables and temporary tables among them."""
    relations = Relations(state)
    for key, path, statements in bodies(state):
        for said in statements:
            yield from ((key, f"its body uses {name}, which is not there") for name in _missing(said, relations, path))


def _missing(said: Said, relations: Relations, path: tuple[str, ...]) -> Iterator[str]:
    known = {alias: relations.find(relation, path) for alias, relation in said.relations.items()}
    for alias, (schema, name) in said.relations.items():
        if known[alias] is None:
            yield f"relation {schema}.{name}" if schema else f"relation {name}"
    inside = [said.made, *(relations.columns[at] for at in known.values() if at)]
    for written in said.columns:
        if not written[-1]:  # a star
            continue
        at = known.get(written[-2]) if len(written) > 1 else None
        places = [relations.columns[at]] if at else inside if len(written) == 1 else []
        if not any(written[-1] in place for place in places):
            yield f"column {'.'.join(written)}"
    for relation, column in said.written:
        at = relations.find(relation, path)
        if at and column not in relations.columns[at]:
            yield f"column {'.'.join(at)}.{column}"
