"""Procedural languages. https://www.postgresql.org/docs/current/sql-createlanguage.html"""

from __future__ import annotations

from pggit.kinds import identities, shape
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE LANGUAGE."""
    return _create(obj, "create")


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write CREATE OR REPLACE LANGUAGE, which keeps owner and grants."""
    return _create(new, "create or replace")


def _create(obj: Object, verb: str) -> list[str]:
    get = obj.definition.get
    return [
        f"{verb}{clause(' trusted', get('trusted'))} language {obj.identity} handler {get('handler')}"
        f"{clause(' inline %s', get('inline'))}{clause(' validator %s', get('validator'))}"
    ]


KINDS = (
    Kind(
        "language",
        "pg_language",
        merge=dict.fromkeys(("handler", "inline", "validator", "trusted"), SCALAR),
        named=identities.BARE,
        shape=shape.Record(
            required={"handler": shape.routine},
            optional={"inline": shape.routine, "validator": shape.routine, "trusted": shape.true},
        ),
        create=create,
        alter=alter,
        source="language",
        head=True,
    ),
)
