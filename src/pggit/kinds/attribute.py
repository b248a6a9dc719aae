"""Attributes of composite types. https://www.postgresql.org/docs/current/sql-altertype.html"""

from __future__ import annotations

from pggit.core.identity import split_name
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import clause
from pggit.kinds.kind import SCALAR, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TYPE … ADD ATTRIBUTE, which tables of this type (OF) get too."""
    schema, relation, _ = split_name(obj.identity)
    return [f"alter type {schema}.{relation} add attribute {column(obj)} cascade"]


def column(obj: Object, word: str = "") -> str:
    """Write the attribute as it stands in a list: ``name text collate pg_catalog."C"``; ``word`` behind the name."""
    bare = split_name(obj.identity)[2]
    return f"{bare}{word} {obj.definition['type']}{clause(' collate %s', obj.definition.get('collation'))}"


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER TYPE … ALTER ATTRIBUTE … TYPE, which columns of tables of this type (OF) follow."""
    schema, relation, _ = split_name(new.identity)
    return [f"alter type {schema}.{relation} alter attribute {column(new, ' type')} cascade"]


def drop(obj: Object, render: Render) -> list[str]:
    """Write ALTER TYPE … DROP ATTRIBUTE. PostgreSQL refuses it while there are tables of this type (OF)."""
    schema, relation, bare = split_name(obj.identity)
    return [f"alter type {schema}.{relation} drop attribute {bare}"]


def disturbs(old: Object, new: Object) -> bool:
    """Return true: an attribute is not retyped while columns have the composite type, or views use such columns."""
    return True


KINDS = (
    Kind(
        "attribute",
        "pg_type",
        merge={"type": SCALAR, "collation": SCALAR},
        named=identities.COLUMN,
        shape=shape.Record(required={"type": syntax.TYPE}, optional={"collation": shape.qualified}),
        create=create,
        alter=alter,
        drop=drop,
        disturbs=disturbs,
        source="attribute",
        renames=True,
    ),
)
