"""Defaults of columns, views' ones too. https://www.postgresql.org/docs/current/sql-altertable.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.kind import SCALAR, Kind, Object, Render
from pggit.kinds.relation import relation_of


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … SET DEFAULT."""
    relation, column = relation_of(obj.identity)
    return [f"alter table only {relation} alter column {column} set default {obj.definition['expression']}"]


def alter(old: Object, new: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … SET DEFAULT."""
    return create(new, render)


def drop(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … DROP DEFAULT."""
    relation, column = relation_of(obj.identity)
    word = "view" if render.head.kind == "view" else "table only"
    return [f"alter {word} {relation} alter column {column} drop default"]


KINDS = (
    Kind(
        "default",
        "pg_class",
        merge={"expression": SCALAR},
        named=identities.COLUMN,
        shape=shape.Record(required={"expression": syntax.DEFAULT}),
        create=create,
        source="default",
        alter=alter,
        drop=drop,
    ),
)
