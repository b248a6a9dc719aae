"""Operators. https://www.postgresql.org/docs/current/sql-createoperator.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import before_parenthesis, operand_types, operator, parameters
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_KEYS = ("function", "commutator", "negator", "restrict", "join", "hashes", "merges")


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE OPERATOR."""
    left, right = operand_types(obj.identity)
    values = {
        "function": obj.definition["function"],
        "leftarg": None if left == "NONE" else left,
        "rightarg": None if right == "NONE" else right,
        "commutator": operator(obj.definition.get("commutator")),
        "negator": operator(obj.definition.get("negator")),
        **{key: obj.definition.get(key) for key in ("restrict", "join", "hashes", "merges")},
    }
    return [f"create operator {before_parenthesis(obj.identity)} ({parameters(values)})"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER OPERATOR … SET: the selectivity estimators; since 17 also what was not said of it before."""
    changed, definition = differing(old.definition, new.definition), new.definition
    later = changed - {"restrict", "join"}
    if later and (render.major < 17 or "function" in changed or any(key in old.definition for key in later)):
        return None
    values = {key: definition.get(key, "none") for key in sorted(changed)}
    values |= {key: operator(definition[key]) for key in ("commutator", "negator") if key in changed}
    return [f"alter operator {new.identity} set ({parameters(values)})"]


KINDS = (
    Kind(
        "operator",
        "pg_operator",
        merge=dict.fromkeys(_KEYS, SCALAR),
        named=identities.OPERATOR,
        shape=shape.Record(
            required={"function": shape.routine},
            optional={
                "commutator": shape.operator,
                "negator": shape.operator,
                "restrict": shape.routine,
                "join": shape.routine,
                "hashes": shape.true,
                "merges": shape.true,
            },
        ),
        create=create,
        source="operator",
        head=True,
        alter=alter,
    ),
)
