"""Constraints of domains. https://www.postgresql.org/docs/current/sql-alterdomain.html"""

from __future__ import annotations

from pggit.core.identity import split_on
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER DOMAIN … ADD CONSTRAINT."""
    constraint, domain = split_on(obj.identity)
    definition = obj.definition
    rule = f"check ({definition['expression']})" if definition["type"] == "check" else "not null"
    return [
        f"alter domain {domain} add constraint {constraint} {rule}{clause(' not valid', definition.get('not_valid'))}"
    ]


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
