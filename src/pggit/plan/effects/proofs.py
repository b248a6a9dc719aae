"""What the state before says of the rows of a table, so that PostgreSQL need not look at them."""

from __future__ import annotations

from typing import Any

from pggit.kinds import kind_of_key
from pggit.kinds.ddl import name
from pggit.plan.relations import Relations


def column_of(relations: Relations, group: str, column: str) -> dict[str, Any]:
    """Return the definition of a column by its bare name; empty where there is none."""
    return relations.definition(group, f"column {kind_of_key(group)[1]}.{name(column)}")


def proves_not_null(relations: Relations, group: str, column: str) -> bool:
    """Tell whether a column is known to hold no nulls: it is NOT NULL, or a valid check says so."""
    told = column_of(relations, group, column).get("not_null")
    if told and not (isinstance(told, dict) and told.get("not_valid")):
        return True
    proof = f"({name(column)} IS NOT NULL)"
    return any(
        key.startswith("constraint ")
        and (check := relations.definition(group, key)).get("expression") == proof
        and not check.get("not_valid")
        and not check.get("not_enforced")
        for key in relations.state.groups[group]
    )
