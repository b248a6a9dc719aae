"""Publications, and what is in them. https://www.postgresql.org/docs/current/sql-createpublication.html"""

from pggit.core.identity import split_on
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import literal, names
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Definition, Kind, Object, Render

_SETTINGS = {
    "publish": ["insert", "update", "delete", "truncate"],
    "via_partition_root": False,
    "generated_columns": "none",
}
"""What ALTER PUBLICATION can set, and the defaults."""


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE PUBLICATION; its tables and schemas are objects of their own."""
    definition = obj.definition
    settings = [_setting(key, definition) for key in _SETTINGS if key in definition]
    everything = " for all tables" if definition.get("all_tables") else ""
    form = f" with ({', '.join(settings)})" if settings else ""
    return [f"create publication {obj.identity}{everything}{form}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER PUBLICATION … SET. Whether it is for all tables is fixed."""
    changed = differing(old.definition, new.definition)
    if "all_tables" in changed:
        return None
    settings = [_setting(key, new.definition) for key in sorted(changed)]
    return [f"alter publication {new.identity} set ({', '.join(settings)})"]


def _setting(key: str, definition: Definition) -> str:
    value = definition.get(key, _SETTINGS[key])
    if key == "publish":
        return f"publish = {literal(', '.join(value))}"
    return f"publish_{key} = {str(value).lower()}"


def add_table(obj: Object, render: Render) -> list[str]:
    """Write ALTER PUBLICATION … ADD TABLE."""
    table, publication = split_on(obj.identity, " in publication ")
    columns = f" ({names(obj.definition['columns'])})" if "columns" in obj.definition else ""
    where = f" where ({obj.definition['where']})" if "where" in obj.definition else ""
    return [f"alter publication {publication} add table only {table}{columns}{where}"]


def alter_table(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write DROP TABLE and ADD TABLE: PostgreSQL alters neither columns nor filter of a table that is published."""
    return [*drop_table(old, render), *add_table(new, render)]


def drop_table(obj: Object, render: Render) -> list[str]:
    """Write ALTER PUBLICATION … DROP TABLE."""
    table, publication = split_on(obj.identity, " in publication ")
    return [f"alter publication {publication} drop table only {table}"]


def add_schema(obj: Object, render: Render) -> list[str]:
    """Write ALTER PUBLICATION … ADD TABLES IN SCHEMA."""
    schema, publication = split_on(obj.identity, " in publication ")
    return [f"alter publication {publication} add tables in schema {schema}"]


def drop_schema(obj: Object, render: Render) -> list[str]:
    """Write ALTER PUBLICATION … DROP TABLES IN SCHEMA."""
    schema, publication = split_on(obj.identity, " in publication ")
    return [f"alter publication {publication} drop tables in schema {schema}"]


KINDS = (
    Kind(
        "publication",
        "pg_publication",
        merge={"publish": SET, "all_tables": SCALAR, "via_partition_root": SCALAR, "generated_columns": SCALAR},
        named=identities.BARE,
        shape=shape.Record(
            optional={
                "publish": shape.ListOf(shape.word("insert", "update", "delete", "truncate")),
                "all_tables": shape.true,
                "via_partition_root": shape.true,
                "generated_columns": shape.word("stored"),
            }
        ),
        create=create,
        alter=alter,
        source="publication",
        head=True,
    ),
    Kind(
        "publication table",
        "pg_publication",
        merge={"columns": SET, "where": SCALAR},
        named=identities.Identity(("{relation} in publication {name}",), "{name}"),
        shape=shape.Record(optional={"columns": shape.ListOf(shape.bare, least=1), "where": syntax.EXPRESSION}),
        create=add_table,
        alter=alter_table,
        drop=drop_table,
        source="publication_table",
    ),
    Kind(
        "publication schema",
        "pg_publication",
        merge={},
        named=identities.Identity(("{name2} in publication {name}",), "{name}"),
        shape=shape.Record(),
        create=add_schema,
        source="publication_schema",
        drop=drop_schema,
    ),
)
