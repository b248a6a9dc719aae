"""What DROP does. https://www.postgresql.org/docs/current/sql-droptable.html and every other DROP"""

from __future__ import annotations

from typing import Any

from pggit.plan.effects.found import ACCESS_EXCLUSIVE, SHARE_UPDATE, Found
from pggit.plan.swap import ASIDE


def drop(node: Any, found: Found) -> None:
    """Find out what a DROP statement does.

    Args:
        node: the parser's DropStmt.
    """
    from postgast import pg_query_pb2

    kind = pg_query_pb2.ObjectType.Name(node.remove_type).removeprefix("OBJECT_")
    cascades = node.behavior == pg_query_pb2.DropBehavior.DROP_CASCADE
    found.concurrently = node.concurrent
    for part in node.objects:
        if kind == "SCHEMA" and cascades:
            found.lost(f"what is in schema {part.string.sval}")
        elif kind == "EXTENSION":
            found.lost(f"what tables of extension {part.string.sval} hold, where it has any")
        elif kind == "TYPE":
            # a composite type is a relation too
            schema, bare = (n.string.sval for n in part.type_name.names)
            found.lock(found.relation_named(schema, bare.removesuffix(ASIDE)), ACCESS_EXCLUSIVE)
        elif part.HasField("list"):
            _drop(kind, [item.string.sval for item in part.list.items], node, found)


def _drop(kind: str, parts: list[str], node: Any, found: Found) -> None:
    if kind in ("TABLE", "VIEW", "MATVIEW", "FOREIGN_TABLE", "SEQUENCE") and len(parts) == 2:
        _drop_relation(kind, found.relation_named(*parts), found)
    elif kind == "INDEX" and len(parts) == 2:
        found.lock(found.index_named(*parts), SHARE_UPDATE if node.concurrent else ACCESS_EXCLUSIVE)
    elif kind in ("TRIGGER", "RULE", "POLICY") and len(parts) == 3:
        table = found.relation_named(*parts[:2])
        found.lock(table, ACCESS_EXCLUSIVE)
        if kind == "POLICY" and table is not None:
            found.hazard("privileges", f"{table}: policy {parts[2]} no longer says which rows are seen or written")
    elif kind == "STATISTIC_EXT":
        found.lock(None if found.scene.is_new(found.action.group) else found.action.group, SHARE_UPDATE)


def _drop_relation(kind: str, group: str | None, found: Found) -> None:
    found.lock(group, ACCESS_EXCLUSIVE)
    if group is None:
        return
    if kind == "TABLE":
        found.loses(group, f"the rows of {group}")
        _drop_partition(group, found)
    elif kind == "SEQUENCE" and "owned_by" not in found.scene.relations.definition(group):
        found.lost(f"the position of {group}")


def _drop_partition(group: str, found: Found) -> None:
    """A partition takes leave of its parent, and of the default partition, whose bound changes."""
    relations = found.scene.relations
    parent = relations.definition(group).get("partition_of")
    if parent is None:
        return
    found.lock(relations.relation(parent), ACCESS_EXCLUSIVE)
    found.lock(relations.default_partition(parent), ACCESS_EXCLUSIVE)
