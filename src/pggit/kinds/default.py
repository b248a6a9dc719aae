"""Defaults of columns, views' ones too. https://www.postgresql.org/docs/current/sql-altertable.html"""

from pggit.kinds.kind import SCALAR, Kind, Object, Render
from pggit.kinds.relation import relation_of


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … SET DEFAULT."""
    relation, column = relation_of(obj.identity)
    return [f"alter table only {relation} alter column {column} set default {obj.definition['expression']}"]


KINDS = (Kind("default", "pg_class", merge={"expression": SCALAR}, create=create, source="default"),)
