"""Constraints of domains. https://www.postgresql.org/docs/current/sql-alterdomain.html"""

from __future__ import annotations

from pggit.core.identity import split_on
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER DOMAIN … ADD CONSTRAINT."""
    _, domain = split_on(obj.identity)
    return [f"alter domain {domain} add {clause_of(obj)}{clause(' not valid', obj.definition.get('not_valid'))}"]


def clause_of(obj: Object) -> str:
    """Write a constraint as CREATE DOMAIN takes it too."""
    constraint, _ = split_on(obj.identity)
    definition = obj.definition
    rule = f"check ({definition['expression']})" if definition["type"] == "check" else "not null"
    return f"constraint {constraint} {rule}"


KINDS = (
    Kind(
        "domain constraint",
        "pg_type",
        merge={"type": SCALAR, "expression": SCALAR, "not_valid": SCALAR},
        create=create,
        source="domain_constraint",
        renames=True,
    ),
)
