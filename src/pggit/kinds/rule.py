"""Rewrite rules. https://www.postgresql.org/docs/current/sql-createrule.html"""

from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import ENABLED
from pggit.kinds.difference import differing
from pggit.kinds.kind import LINES, SCALAR, Kind, Object, Render
from pggit.kinds.relation import owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE RULE, and ALTER TABLE where it is not enabled as usual."""
    statement = _create(obj, "create")
    return [statement, _enable(obj)] if "enabled" in obj.definition else [statement]


def alter(old: Object, new: Object, render: Render) -> list[str]:
    """Write CREATE OR REPLACE RULE, which leaves it enabled as it was, and ALTER TABLE for that."""
    changed = differing(old.definition, new.definition)
    statements = [_create(new, "create or replace")] if changed - {"enabled"} else []
    return [*statements, _enable(new)] if "enabled" in changed else statements


def _create(obj: Object, verb: str) -> str:
    rule, table = owner_of(obj.identity)
    return f"{verb} rule {rule} as on {obj.definition['event']} to {table} {obj.definition['body']}"


def _enable(obj: Object) -> str:
    rule, table = owner_of(obj.identity)
    return f"alter table {table} {ENABLED.get(obj.definition.get('enabled', ''), 'enable')} rule {rule}"


KINDS = (
    Kind(
        "rule",
        "pg_class",
        merge={"event": SCALAR, "body": LINES, "enabled": SCALAR},
        named=identities.ON_RELATION,
        shape=shape.Record(
            required={"event": shape.word("select", "insert", "update", "delete"), "body": syntax.RULE_BODY},
            optional={"enabled": shape.ENABLED},
        ),
        create=create,
        source="rule",
        renames=True,
        alter=alter,
    ),
)
