"""What ALTER TABLE does, one subcommand after the other.

Locks: ``AlterTableGetLockLevel`` in PostgreSQL's ``src/backend/commands/tablecmds.c``,
``AlterTableGetRelOptionsLockLevel`` in ``src/backend/access/common/reloptions.c``.
https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pggit.core.identity import split_name, unquote
from pggit.kinds import kind_of_key
from pggit.kinds.ddl import name
from pggit.plan.effects.adding import add_column, add_constraint, validate
from pggit.plan.effects.found import ACCESS_EXCLUSIVE, SHARE_ROW, SHARE_UPDATE, Found
from pggit.plan.effects.proofs import column_of, proves_not_null
from pggit.plan.effects.types import Type, change_of_values, keeps_indexes, parsed, rewrite_reason, type_of

_SHARE_UPDATE = {"SetStatistics", "ClusterOn", "DropCluster", "SetOptions", "ResetOptions", "ValidateConstraint"}
_SHARE_UPDATE |= {"AttachPartition", "DetachPartitionFinalize"}
_SHARE_ROW = {"EnableTrig", "EnableAlwaysTrig", "EnableReplicaTrig", "DisableTrig"}
_SHARE_ROW |= {"EnableTrigAll", "DisableTrigAll", "EnableTrigUser", "DisableTrigUser"}
_RELATION_OPTIONS = ("SetRelOptions", "ResetRelOptions", "ReplaceRelOptions")
_WEAK_OPTIONS = {"fillfactor", "deduplicate_items", "parallel_workers", "toast_tuple_target"}
_WEAK_OPTIONS |= {"vacuum_index_cleanup", "vacuum_truncate", "vacuum_max_eager_freeze_failure_rate"}

_PRIVILEGES = {
    "ChangeOwner": "the owner changes",
    "EnableRowSecurity": "row security is enabled",
    "DisableRowSecurity": "row security is disabled",
    "ForceRowSecurity": "row security is forced",
    "NoForceRowSecurity": "row security is no longer forced",
}


def alter_table(node: Any, found: Found) -> None:
    """Find out what ALTER TABLE (VIEW, INDEX, SEQUENCE, TYPE …) does.

    Args:
        node: the parser's AlterTableStmt.
    """
    from postgast import pg_query_pb2

    names = pg_query_pb2.AlterTableType
    relation = node.relation
    is_index = pg_query_pb2.ObjectType.Name(node.objtype) == "OBJECT_INDEX"
    find = found.index_named if is_index else found.relation_named
    target = find(relation.schemaname, relation.relname)
    for command in node.cmds:
        one = command.alter_table_cmd
        subtype = names.Name(one.subtype).removeprefix("AT_")
        found.lock(target, _lock_of(subtype, one))
        if subtype in _PRIVILEGES and target is not None:
            found.hazard("privileges", f"{target}: {_PRIVILEGES[subtype]}")
        act = _INDEX_ACTS.get(subtype) if is_index else _ACTS.get(subtype)
        if act is not None:
            act(node, one, target, found)


def _lock_of(subtype: str, command: Any) -> str:
    if subtype in _SHARE_UPDATE:
        return SHARE_UPDATE
    if subtype in _SHARE_ROW:
        return SHARE_ROW
    if subtype in _RELATION_OPTIONS:
        options = (part.def_elem.defname for part in getattr(command, "def").list.items)
        return SHARE_UPDATE if all(map(_is_weak, options)) else ACCESS_EXCLUSIVE
    if subtype == "DetachPartition" and getattr(command, "def").partition_cmd.concurrent:
        return SHARE_UPDATE
    if subtype == "AddConstraint" and _is_foreign_key(getattr(command, "def").constraint):
        return SHARE_ROW
    return ACCESS_EXCLUSIVE


def _is_weak(option: str) -> bool:
    return option in _WEAK_OPTIONS or option.startswith(("autovacuum_", "log_autovacuum_"))


def _is_foreign_key(constraint: Any) -> bool:
    from postgast import pg_query_pb2

    return bool(constraint.contype == pg_query_pb2.ConstrType.CONSTR_FOREIGN)


def _add_column(node: Any, command: Any, target: str | None, found: Found) -> None:
    add_column(node.relation, getattr(command, "def").column_def, target, found)


def _add_constraint(node: Any, command: Any, target: str | None, found: Found) -> None:
    add_constraint(node.relation, getattr(command, "def").constraint, target, found)


def _validate(node: Any, command: Any, target: str | None, found: Found) -> None:
    validate(node.relation, command.name, target, found)


def _drop_column(node: Any, command: Any, target: str | None, found: Found) -> None:
    if target is None:
        return
    if target.startswith("composite "):
        for group in found.scene.relations.having(target.removeprefix("composite ")):
            found.loses(group, f"the values of attribute {command.name} in {group}")
        return
    definition = _column(target, command.name, found)
    if "generated" not in definition:
        found.loses(target, f"the values of column {command.name} of {target}")


def _drop_constraint(node: Any, command: Any, target: str | None, found: Found) -> None:
    if target is None:
        return
    identity = f"{name(command.name)} on {kind_of_key(target)[1]}"
    definition = found.scene.relations.definition(target, f"constraint {identity}")
    if definition.get("type") == "foreign key":
        # the triggers that stand for it on the other side go as well
        found.lock(found.scene.relations.relation(definition["references"]), ACCESS_EXCLUSIVE)


def _alter_type(node: Any, command: Any, target: str | None, found: Found) -> None:
    column = getattr(command, "def").column_def
    if target is None or target.startswith("composite "):
        return
    definition = _column(target, command.name, found)
    if not definition or target.startswith("foreign table "):
        return
    old, new = parsed(definition["type"]), type_of(column.type_name)
    computed, explicit = _using(command.name, column, new)
    a, b = found.scene.a, found.scene.b
    reason = rewrite_reason(old, new, a, b, computed=computed)
    if reason and not ("generated" in definition and not definition["generated"]["stored"]):
        found.rewrite(target, f"column {command.name}: {reason}")
    else:
        _keep_in_step(target, command.name, old, new, column, found)
    if "generated" in definition:
        return
    change = change_of_values(old, new, a, b, computed=computed, explicit=explicit)
    told = f"from {definition['type']} to {new.name}"
    if change != "keeps":
        found.may_fail(target, f"column {command.name} of {target}: a value may have no counterpart {told}")
    if change == "may lose":
        found.loses(target, f"what values of column {command.name} of {target} lose {told}")


def _using(column: str, definition: Any, new: Any) -> tuple[bool, bool]:
    """Whether USING does more than cast the column to the new type, and whether it casts at all."""
    if not definition.HasField("raw_default"):
        return False, False
    expression, casts = definition.raw_default, []
    while expression.HasField("type_cast"):
        casts.append(type_of(expression.type_cast.type_name))
        expression = expression.type_cast.arg
    plain = expression.HasField("column_ref") and expression.column_ref.fields[-1].string.sval == column
    return not plain or any(cast != new for cast in casts), bool(casts)


def _keep_in_step(target: str, column: str, old: Type, new: Type, definition: Any, found: Found) -> None:
    """What depends on the column is made again though the table stays: checks, indexes that would not be the same."""
    relations = found.scene.relations
    same = keeps_indexes(old, new, found.scene.a, found.scene.b)
    collation = [part.string.sval for part in definition.coll_clause.collname]
    was = column_of(relations, target, column).get("collation")
    same = same and collation[-1:] == ([unquote(split_name(was)[-1])] if was else [])
    told = re.compile(rf'(?<![\w"]){re.escape(name(column))}(?![\w"])')
    for key in relations.state.groups[target] if old != new or not same else ():
        if not key.startswith(("index ", "constraint ")):
            continue
        made = relations.definition(target, key)
        if (
            made.get("type") == "check"
            and not {"not_enforced", "not_valid"} & made.keys()
            and told.search(made["expression"])
        ):
            found.scan(target, f"its rows are checked against {key} once more")
        elif (not same and _has_column(made, column)) or told.search(_computed(made)):
            found.build(target, key)


def _has_column(made: dict[str, Any], column: str) -> bool:
    """Whether an index or its constraint has a column among its keys."""
    listed = made.get("elements", made.get("columns", ())) if made.get("type") != "foreign key" else ()
    return any(column == (part if isinstance(part, str) else part.get("column")) for part in listed)


def _computed(made: dict[str, Any]) -> str:
    """The expressions and condition of an index: where they speak of the column, it is built anew."""
    listed = made.get("elements", made.get("columns", ()))
    parts = [part.get("expression", "") for part in listed if not isinstance(part, str)]
    return " ".join([*parts, made.get("where", "")])


def _set_not_null(node: Any, command: Any, target: str | None, found: Found) -> None:
    if target is not None and not proves_not_null(found.scene.relations, target, command.name):
        found.scan(target, f"its rows are looked through for nulls in column {command.name}")
        found.may_fail(target, f"column {command.name} of {target} may hold nulls")


def _rewrites(why: str) -> Callable[[Any, Any, str | None, Found], None]:
    def act(node: Any, command: Any, target: str | None, found: Found) -> None:
        found.rewrite(target, why)

    return act


def _set_expression(node: Any, command: Any, target: str | None, found: Found) -> None:
    generated = _column(target, command.name, found).get("generated") if target else None
    if generated and generated["stored"]:
        found.rewrite(target, f"column {command.name} is computed anew for each row")


def _attach(node: Any, command: Any, target: str | None, found: Found) -> None:
    parent = f"{name(node.relation.schemaname)}.{name(node.relation.relname)}"
    partition = found.relation(getattr(command, "def").partition_cmd.name)
    found.lock(partition, ACCESS_EXCLUSIVE)
    found.scan(partition, f"its rows are checked against its bound in {parent}")
    found.may_fail(partition, f"rows of {partition} may lie outside of its bound in {parent}")
    default_partition_is_scanned(parent, found)


def default_partition_is_scanned(parent: str, found: Found) -> None:
    """Note that a new partition makes PostgreSQL look for rows of it in the default partition."""
    default = found.scene.relations.default_partition(parent)
    if default is None:
        return
    found.lock(default, ACCESS_EXCLUSIVE)
    found.scan(default, "it is looked for rows that belong into the new partition")
    found.may_fail(default, f"{default} may hold rows that belong into the new partition")


def _detach(node: Any, command: Any, target: str | None, found: Found) -> None:
    partition = getattr(command, "def").partition_cmd
    found.lock(found.relation(partition.name), SHARE_UPDATE if partition.concurrent else ACCESS_EXCLUSIVE)
    if partition.concurrent:
        found.concurrently = True
        return
    parent = f"{name(node.relation.schemaname)}.{name(node.relation.relname)}"
    found.lock(found.scene.relations.default_partition(parent), ACCESS_EXCLUSIVE)


def _inherit(node: Any, command: Any, target: str | None, found: Found) -> None:
    found.lock(found.relation(getattr(command, "def").range_var), SHARE_UPDATE)


def _attach_index(node: Any, command: Any, target: str | None, found: Found) -> None:
    index = getattr(command, "def").partition_cmd.name
    found.lock(found.index_named(index.schemaname, index.relname), ACCESS_EXCLUSIVE)


def _move_index(node: Any, command: Any, target: str | None, found: Found) -> None:
    found.scan(target, "its index is copied into another tablespace")


def _column(group: str | None, column: str, found: Found) -> dict[str, Any]:
    return column_of(found.scene.relations, group, column) if group is not None else {}


_ACTS: dict[str, Callable[[Any, Any, str | None, Found], None]] = {
    "AddColumn": _add_column,
    "AddConstraint": _add_constraint,
    "ValidateConstraint": _validate,
    "DropColumn": _drop_column,
    "DropConstraint": _drop_constraint,
    "AlterColumnType": _alter_type,
    "SetNotNull": _set_not_null,
    "SetExpression": _set_expression,
    "SetLogged": _rewrites("so that it is in the write-ahead log"),
    "SetUnLogged": _rewrites("so that it is no longer in the write-ahead log"),
    "SetAccessMethod": _rewrites("for another access method"),
    "SetTableSpace": _rewrites("its files are copied into another tablespace"),
    "AttachPartition": _attach,
    "DetachPartition": _detach,
    "AddInherit": _inherit,
}
_INDEX_ACTS: dict[str, Callable[[Any, Any, str | None, Found], None]] = {
    "AttachPartition": _attach_index,
    "SetTableSpace": _move_index,
}
