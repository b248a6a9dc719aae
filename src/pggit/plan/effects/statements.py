"""What statements do, by their kind in the parser. Locks are those that `tests/plan/test_effects.py` observes.

https://www.postgresql.org/docs/current/explicit-locking.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pggit.kinds.ddl import name
from pggit.kinds.syntax import walk
from pggit.plan.effects.adding import add_constraint
from pggit.plan.effects.altering import alter_table, default_partition_is_scanned
from pggit.plan.effects.dropping import drop
from pggit.plan.effects.found import (
    ACCESS_EXCLUSIVE,
    EXCLUSIVE,
    ROW_EXCLUSIVE,
    SHARE,
    SHARE_ROW,
    SHARE_UPDATE,
    Found,
)

Act = Callable[[Any, Found], None]


def look(kind: str, node: Any, found: Found) -> None:
    """Find out what a statement does.

    Args:
        kind: name of the parser's statement, ``alter_table_stmt``.
        node: the statement.
        found: where it is noted.
    """
    if kind in _ACTS:
        _ACTS[kind](node, found)
    elif kind not in _HARMLESS:
        assume_the_worst(node, found)


def assume_the_worst(node: Any, found: Found) -> None:
    """Note the strongest lock on every relation that an unknown statement names."""
    for part in walk(node):
        if part.DESCRIPTOR.name == "RangeVar":
            found.lock(found.relation(part), ACCESS_EXCLUSIVE)


def _create_table(node: Any, found: Found) -> None:
    partition = node.HasField("partbound")
    for part in node.inh_relations:
        parent = found.relation(part.range_var)
        found.lock(parent, SHARE_UPDATE)
        if partition and parent is not None:
            qualified = f"{name(part.range_var.schemaname)}.{name(part.range_var.relname)}"
            _references_of(parent, found)
            default_partition_is_scanned(qualified, found)
    for part in node.table_elts:
        if part.HasField("constraint"):
            add_constraint(node.relation, part.constraint, None, found)
        for constraint in part.column_def.constraints:
            add_constraint(node.relation, constraint.constraint, None, found)


def _references_of(parent: str, found: Found) -> None:
    """A partition gets the foreign keys of its parent."""
    relations = found.scene.relations
    for key in relations.state.groups[parent]:
        if key.startswith("constraint "):
            referenced = relations.definition(parent, key).get("references")
            found.lock(relations.relation(referenced) if referenced else None, SHARE_ROW)


def _create_index(node: Any, found: Found) -> None:
    table = found.relation(node.relation)
    found.concurrently = node.concurrent
    found.lock(table, SHARE_UPDATE if node.concurrent else SHARE)
    only = table is not None and "partition_key" in found.scene.relations.definition(table)
    if only and not node.relation.inh:
        return  # ON ONLY a partitioned table builds nothing
    found.build(table, f"index {node.idxname}")
    if node.unique:
        found.may_fail(table, f"rows of {table} may not be unique in index {node.idxname}")


def _create_trigger(node: Any, found: Found) -> None:
    found.lock(found.relation(node.relation), SHARE_ROW)


def _policy(node: Any, found: Found) -> None:
    table = found.relation(node.table)
    found.lock(table, ACCESS_EXCLUSIVE)
    if table is not None:
        found.hazard("privileges", f"{table}: policy {node.policy_name} says which rows are seen or written")


def _create_rule(node: Any, found: Found) -> None:
    found.lock(found.relation(node.relation), ACCESS_EXCLUSIVE)


def _create_statistics(node: Any, found: Found) -> None:
    for part in node.relations:
        found.lock(found.relation(part.range_var), SHARE_UPDATE)


def _create_view(node: Any, found: Found) -> None:
    if node.replace:
        found.lock(found.relation(node.view), ACCESS_EXCLUSIVE)


def _create_as(node: Any, found: Found) -> None:
    found.slow = not node.into.skip_data


def _create_function(node: Any, found: Found) -> None:
    for option in node.options:
        if option.def_elem.defname == "security" and option.def_elem.arg.boolean.boolval:
            found.hazard("privileges", f"{found.action.key} runs with the rights of its owner")


def _alter_function(node: Any, found: Found) -> None:
    for option in node.actions:
        if option.def_elem.defname == "security":
            found.hazard("privileges", f"{found.action.key}: with whose rights it runs changes")


def _alter_sequence(node: Any, found: Found) -> None:
    found.lock(found.relation(node.sequence), SHARE_ROW)


def _alter_enum(node: Any, found: Found) -> None:
    found.commits = bool(node.new_val) and not node.old_val


def _alter_domain(node: Any, found: Found) -> None:
    """A constraint on a domain is checked in every table that uses it. C: add, V: validate, O: set not null."""
    constraint = getattr(node, "def").constraint
    if node.subtype not in ("C", "V", "O") or (node.subtype == "C" and constraint.skip_validation):
        return
    domain = ".".join(name(part.string.sval) for part in node.type_name)
    weak = node.subtype == "V" and found.scene.major >= 18
    for table in found.scene.relations.having(domain):
        found.lock(table, SHARE_UPDATE if weak else SHARE)
        found.scan(table, f"its values of domain {domain} are checked")
        found.may_fail(table, f"rows of {table} may violate domain {domain}")


def _comment(node: Any, found: Found) -> None:
    kind = _object_type(node.objtype)
    parts = [part.string.sval for part in node.object.list.items]
    if kind in ("TABLE", "VIEW", "MATVIEW", "FOREIGN_TABLE", "SEQUENCE") and len(parts) == 2:
        found.lock(found.relation_named(*parts), SHARE_UPDATE)
    elif kind == "COLUMN" and len(parts) == 3:
        found.lock(found.relation_named(*parts[:2]), SHARE_UPDATE)
    elif kind == "INDEX" and len(parts) == 2:
        found.lock(found.index_named(*parts), SHARE_UPDATE)


def _rename(node: Any, found: Found) -> None:
    kind = _object_type(node.rename_type)
    if kind == "TYPE":
        _composite(node.object, found)
    if not node.HasField("relation"):
        return
    if kind == "INDEX":
        found.lock(found.index_named(node.relation.schemaname, node.relation.relname), SHARE_UPDATE)
    elif kind != "STATISTIC_EXT":
        found.lock(found.relation(node.relation), ACCESS_EXCLUSIVE)


def _on_relation(node: Any, found: Found) -> None:
    """ALTER … SET SCHEMA."""
    if node.HasField("relation"):
        found.lock(found.relation(node.relation), ACCESS_EXCLUSIVE)


def _depends_on_extension(node: Any, found: Found) -> None:
    relation, kind = node.relation, _object_type(node.object_type)
    if kind == "INDEX":
        found.lock(found.index_named(relation.schemaname, relation.relname), ACCESS_EXCLUSIVE)
    elif kind == "MATVIEW":
        found.lock(found.relation(relation), ACCESS_EXCLUSIVE)


def _publish(node: Any, found: Found) -> None:
    for part in node.pubobjects:
        spec = part.publication_obj_spec
        if spec.HasField("pubtable"):
            found.lock(found.relation(spec.pubtable.relation), SHARE_UPDATE)


def _rights(node: Any, found: Found) -> None:
    found.hazard("privileges", f"{found.action.key} changes")


def _owner(node: Any, found: Found) -> None:
    if _object_type(node.object_type) == "TYPE":
        _composite(node.object, found)
    if not found.scene.is_new(found.action.group):
        found.hazard("privileges", f"{found.action.group}: the owner changes")


def _composite(name_of_type: Any, found: Found) -> None:
    """A composite type is a relation too."""
    parts = [part.string.sval for part in name_of_type.list.items]
    if len(parts) == 2:
        found.lock(found.relation_named(*parts), ACCESS_EXCLUSIVE)


def _refresh(node: Any, found: Found) -> None:
    view = found.relation(node.relation)
    found.lock(view, EXCLUSIVE if node.concurrent else ACCESS_EXCLUSIVE)
    if node.concurrent:
        found.scan(view, "it is computed anew")
    else:
        found.rewrite(view, "it is computed anew")


def _cluster(node: Any, found: Found) -> None:
    table = found.relation(node.relation)
    found.lock(table, ACCESS_EXCLUSIVE)
    found.rewrite(table, "in the order of an index")


def _truncate(node: Any, found: Found) -> None:
    for part in node.relations:
        table = found.relation(part.range_var)
        found.lock(table, ACCESS_EXCLUSIVE)
        found.loses(table, f"the rows of {table}")


def _write(node: Any, found: Found) -> None:
    table = found.relation(node.relation)
    found.lock(table, ROW_EXCLUSIVE)
    found.scan(table, "rows are written")
    if node.DESCRIPTOR.name == "DeleteStmt":
        found.loses(table, f"rows of {table}")


def _object_type(value: int) -> str:
    from postgast import pg_query_pb2

    return str(pg_query_pb2.ObjectType.Name(value)).removeprefix("OBJECT_")


_ACTS: dict[str, Act] = {
    "alter_table_stmt": alter_table,
    "drop_stmt": drop,
    "create_stmt": _create_table,
    "index_stmt": _create_index,
    "create_trig_stmt": _create_trigger,
    "create_policy_stmt": _policy,
    "alter_policy_stmt": _policy,
    "rule_stmt": _create_rule,
    "create_stats_stmt": _create_statistics,
    "view_stmt": _create_view,
    "create_table_as_stmt": _create_as,
    "create_function_stmt": _create_function,
    "alter_function_stmt": _alter_function,
    "alter_seq_stmt": _alter_sequence,
    "alter_enum_stmt": _alter_enum,
    "alter_domain_stmt": _alter_domain,
    "comment_stmt": _comment,
    "sec_label_stmt": _comment,
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _on_relation,
    "alter_object_depends_stmt": _depends_on_extension,
    "create_publication_stmt": _publish,
    "alter_publication_stmt": _publish,
    "grant_stmt": _rights,
    "grant_role_stmt": _rights,
    "alter_default_privileges_stmt": _rights,
    "create_role_stmt": _rights,
    "alter_role_stmt": _rights,
    "drop_role_stmt": _rights,
    "alter_owner_stmt": _owner,
    "refresh_mat_view_stmt": _refresh,
    "cluster_stmt": _cluster,
    "truncate_stmt": _truncate,
    "insert_stmt": _write,
    "update_stmt": _write,
    "delete_stmt": _write,
}

# They touch no relation that is there already, beyond reading it
_HARMLESS = frozenset(
    """
    alter_collation_stmt alter_database_set_stmt alter_event_trig_stmt alter_extension_contents_stmt
    alter_extension_stmt alter_fdw_stmt alter_foreign_server_stmt alter_op_family_stmt alter_operator_stmt
    alter_role_set_stmt alter_stats_stmt alter_subscription_stmt alter_tsconfiguration_stmt alter_tsdictionary_stmt
    alter_type_stmt alter_user_mapping_stmt composite_type_stmt create_am_stmt create_cast_stmt
    create_conversion_stmt create_domain_stmt create_enum_stmt create_event_trig_stmt create_extension_stmt
    create_fdw_stmt create_foreign_server_stmt create_foreign_table_stmt create_op_class_stmt
    create_op_family_stmt create_plang_stmt create_range_stmt create_schema_stmt create_seq_stmt
    create_subscription_stmt create_transform_stmt create_user_mapping_stmt define_stmt drop_subscription_stmt
    drop_user_mapping_stmt select_stmt
    """.split()  # noqa: SIM905
)

SORTS = frozenset({*_ACTS, *_HARMLESS, "do_stmt", "lock_stmt"})
"""The sorts of statements that plans are made of."""
