"""Constraints of domains. https://www.postgresql.org/docs/current/sql-alterdomain.html"""

from __future__ import annotations

from pggit.core.identity import split_on
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import clause
from pggit.kinds.difference import differing
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


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER DOMAIN … VALIDATE CONSTRAINT, which is all that can be done in place."""
    if differing(old.definition, new.definition) != {"not_valid"} or "not_valid" in new.definition:
        return None
    constraint, domain = split_on(new.identity)
    return [f"alter domain {domain} validate constraint {constraint}"]


def drop(obj: Object, render: Render) -> list[str]:
    """Write ALTER DOMAIN … DROP CONSTRAINT."""
    constraint, domain = split_on(obj.identity)
    return [f"alter domain {domain} drop constraint {constraint}"]


_SHAPE = shape.Tagged(
    "type",
    {
        "check": shape.Record({"type": shape.text, "expression": syntax.EXPRESSION}, {"not_valid": shape.true}),
        "not null": shape.Record({"type": shape.text}, {"not_valid": shape.true}),
    },
)

KINDS = (
    Kind(
        "domain constraint",
        "pg_type",
        merge={"type": SCALAR, "expression": SCALAR, "not_valid": SCALAR},
        named=identities.ON_RELATION,
        shape=_SHAPE,
        create=create,
        alter=alter,
        drop=drop,
        source="domain_constraint",
        renames=True,
    ),
)
