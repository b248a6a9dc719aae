"""Extended statistics. https://www.postgresql.org/docs/current/sql-createstatistics.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import names
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE STATISTICS and its target."""
    definition = obj.definition
    kinds = f" ({', '.join(definition['kinds'])})" if "kinds" in definition else ""
    expressions = [f"({expression})" for expression in definition.get("expressions", ())]
    columns = [names(definition["columns"])] if "columns" in definition else []
    statements = [
        f"create statistics {obj.identity}{kinds} on {', '.join([*columns, *expressions])} from {render.head.identity}"
    ]
    if "target" in definition:
        statements.append(f"alter statistics {obj.identity} set statistics {definition['target']}")
    return statements


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER STATISTICS for the target; all else is made anew."""
    if differing(old.definition, new.definition) != {"target"}:
        return None
    return [f"alter statistics {new.identity} set statistics {new.definition.get('target', -1)}"]


KINDS = (
    Kind(
        "statistics",
        "pg_class",
        merge={"kinds": SET, "columns": SET, "expressions": SET, "target": SCALAR},
        named=identities.IN_SCHEMA,
        shape=shape.Record(
            optional={
                "kinds": shape.ListOf(shape.word("ndistinct", "dependencies", "mcv")),
                "columns": shape.ListOf(shape.bare, least=1),
                "expressions": shape.ListOf(syntax.EXPRESSION, least=1),
                "target": shape.integer,
            }
        ),
        create=create,
        source="statistics",
        renames=True,
        alter=alter,
    ),
)
