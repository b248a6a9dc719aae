"""Rewrite rules. https://www.postgresql.org/docs/current/sql-createrule.html"""

from pggit.kinds.ddl import ENABLED
from pggit.kinds.kind import LINES, SCALAR, Kind, Object, Render
from pggit.kinds.relation import owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE RULE, and ALTER TABLE where it is not enabled as usual."""
    rule, table = owner_of(obj.identity)
    definition = obj.definition
    statements = [f"create rule {rule} as on {definition['event']} to {table} {definition['body']}"]
    if "enabled" in definition:
        statements.append(f"alter table {table} {ENABLED[definition['enabled']]} rule {rule}")
    return statements


KINDS = (
    Kind(
        "rule",
        "pg_class",
        merge={"event": SCALAR, "body": LINES, "enabled": SCALAR},
        create=create,
        source="rule",
        renames=True,
    ),
)
