"""Publications, and what is in them. https://www.postgresql.org/docs/current/sql-createpublication.html"""

from pggit.core.identity import split_on
from pggit.kinds.ddl import literal, names
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE PUBLICATION; its tables and schemas are objects of their own."""
    definition = obj.definition
    settings = []
    if "publish" in definition:
        settings.append(f"publish = {literal(', '.join(definition['publish']))}")
    if definition.get("via_partition_root"):
        settings.append("publish_via_partition_root = true")
    if "generated_columns" in definition:
        settings.append(f"publish_generated_columns = {definition['generated_columns']}")
    everything = " for all tables" if definition.get("all_tables") else ""
    form = f" with ({', '.join(settings)})" if settings else ""
    return [f"create publication {obj.identity}{everything}{form}"]


def add_table(obj: Object, render: Render) -> list[str]:
    """Write ALTER PUBLICATION … ADD TABLE."""
    table, publication = split_on(obj.identity, " in publication ")
    columns = f" ({names(obj.definition['columns'])})" if "columns" in obj.definition else ""
    where = f" where ({obj.definition['where']})" if "where" in obj.definition else ""
    return [f"alter publication {publication} add table only {table}{columns}{where}"]


def add_schema(obj: Object, render: Render) -> list[str]:
    """Write ALTER PUBLICATION … ADD TABLES IN SCHEMA."""
    schema, publication = split_on(obj.identity, " in publication ")
    return [f"alter publication {publication} add tables in schema {schema}"]


KINDS = (
    Kind(
        "publication",
        "pg_publication",
        merge={"publish": SET, "all_tables": SCALAR, "via_partition_root": SCALAR, "generated_columns": SCALAR},
        create=create,
        source="publication",
        head=True,
    ),
    Kind(
        "publication table",
        "pg_publication",
        merge={"columns": SET, "where": SCALAR},
        create=add_table,
        source="publication_table",
    ),
    Kind("publication schema", "pg_publication", merge={}, create=add_schema, source="publication_schema"),
)
