"""Collations. https://www.postgresql.org/docs/current/sql-createcollation.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import optional_literal, parameters
from pggit.kinds.kind import SCALAR, Kind, Object, Render

_LITERALS = ("locale", "lc_collate", "lc_ctype", "rules")


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE COLLATION."""
    definition = obj.definition
    values: dict[str, object] = {"provider": definition["provider"]}
    values |= {key: optional_literal(definition.get(key)) for key in _LITERALS}
    if "deterministic" in definition:
        values["deterministic"] = "false"
    return [f"create collation {obj.identity} ({parameters(values)})"]


KINDS = (
    Kind(
        "collation",
        "pg_collation",
        merge=dict.fromkeys(("provider", *_LITERALS, "deterministic"), SCALAR),
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            required={"provider": shape.word("libc", "icu", "builtin", "default")},
            optional={
                "locale": shape.text,
                "lc_collate": shape.text,
                "lc_ctype": shape.text,
                "rules": shape.text,
                "deterministic": shape.boolean,
            },
        ),
        create=create,
        source="collation",
        head=True,
    ),
)
