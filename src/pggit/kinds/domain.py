"""Domains. https://www.postgresql.org/docs/current/sql-createdomain.html"""

from __future__ import annotations

from pggit.kinds import domain_constraint, identities, shape, syntax
from pggit.kinds.ddl import clause
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE DOMAIN with its constraints: a domain inside of a column's type takes no more."""
    get = obj.definition.get
    along = [constraint for constraint in render.of("domain constraint") if not constraint.definition.get("not_valid")]
    render.written.update(constraint.key for constraint in along)
    return [
        f"create domain {obj.identity} as {get('type')}{clause(' collate %s', get('collation'))}"
        f"{clause(' default %s', get('default'))}{clause(' not null', get('not_null'))}"
        + "".join(f" {domain_constraint.clause_of(constraint)}" for constraint in along)
    ]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER DOMAIN for the default and NOT NULL. The type and its collation are fixed."""
    changed, definition = differing(old.definition, new.definition), new.definition
    if changed & {"type", "collation"}:
        return None
    statements = []
    if "default" in changed:
        default = f"set default {definition['default']}" if "default" in definition else "drop default"
        statements.append(f"alter domain {new.identity} {default}")
    if "not_null" in changed:
        statements.append(f"alter domain {new.identity} {'set' if 'not_null' in definition else 'drop'} not null")
    return statements


KINDS = (
    Kind(
        "domain",
        "pg_type",
        merge={"type": SCALAR, "collation": SCALAR, "not_null": SCALAR, "default": SCALAR},
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"type": syntax.TYPE},
            optional={"collation": shape.qualified, "not_null": shape.true, "default": syntax.DEFAULT},
        ),
        create=create,
        alter=alter,
        source="domain",
        head=True,
    ),
)
