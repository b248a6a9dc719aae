"""A table is attached as a partition once a check proves its rows to be within the bound: so they are not read then.

https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
"""

from __future__ import annotations

import re
from typing import Any

from pggit.core.identity import unquote
from pggit.kinds.ddl import literal
from pggit.plan.action import Action, Scene
from pggit.plan.effects.proofs import column_of
from pggit.plan.model import Statement
from pggit.plan.online.steps import only_command, plain, proven, qualified, temporary, validated

_KEY = re.compile(r'(?P<strategy>RANGE|LIST) \((?P<column>[a-z_][a-z0-9_]*|"(?:[^"]|"")*")\)')


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Prove the bound before ATTACH PARTITION, where the key is one column.

    A default partition with rows is read under a lock all the same; then nothing is won.
    """
    if action.kind != "table" or action.old is None or action.new is None:
        return None
    steps: list[Statement] = []
    changed = False
    for sql in action.sql:
        found = _proven_first(sql, action, scene)
        changed |= found is not None
        steps += found or [plain(sql, action, scene)]
    return steps if changed else None


def _proven_first(sql: str, action: Action, scene: Scene) -> list[Statement] | None:
    attached = only_command(sql, "AttachPartition")
    if attached is None:
        return None
    parent = qualified(attached[0])
    partition = getattr(attached[1], "def").partition_cmd
    child = qualified(partition.name)
    default = scene.relations.default_partition(parent)
    if f"table {child}" != action.group or (default is not None and scene.holds_rows(default)):
        return None
    condition = _condition(parent, partition.bound, action, scene)
    if condition is None:
        return None
    check = temporary("bound", action.key)
    return [
        plain(f"alter table {child} add constraint {check} check ({condition}) not valid", action, scene),
        validated(child, check, action, scene),
        proven(sql, action, scene),
        proven(f"alter table {child} drop constraint {check}", action, scene),
    ]


def _condition(parent: str, bound: Any, action: Action, scene: Scene) -> str | None:
    """Write what the bound demands, for a key of one column; None where it is not so simple."""
    group = f"table {parent}"
    members = scene.b.groups.get(group, {})
    told = scene.b.definition(group, group).get("partition_key", "") if group in members else ""
    key = _KEY.fullmatch(told)
    if key is None or bound.is_default:
        return None
    column = key["column"]
    kind = column_of(scene.relations, action.group, unquote(column)).get("type")
    if kind is None:
        return None
    if key["strategy"] == "RANGE":
        low, high = (_constant(datums[0]) for datums in (bound.lowerdatums, bound.upperdatums))
        if low is None or high is None:
            return None
        parts = [f"{column} {sign} {value}::{kind}" for sign, value in ((">=", low), ("<", high)) if value]
        return " and ".join([f"{column} is not null", *parts])
    values = [_constant(datum) for datum in bound.listdatums]
    if not all(values):
        return None
    listed = ", ".join(f"{value}::{kind}" for value in values)
    is_one = f"= {listed}" if len(values) == 1 else f"= any (array[{listed}])"
    return f"{column} is not null and {column} {is_one}"


def _constant(datum: Any) -> str | None:
    """Write a constant of a bound; empty for MINVALUE and MAXVALUE, None for what is not constant, or null."""
    if datum.HasField("column_ref"):
        word = datum.column_ref.fields[0].string.sval
        return "" if word in ("minvalue", "maxvalue") else None
    constant = datum.a_const
    kind = constant.WhichOneof("val")
    if kind == "ival":
        return literal(str(constant.ival.ival))
    if kind == "fval":
        return literal(constant.fval.fval)
    if kind == "boolval":
        return "true" if constant.boolval.boolval else "false"
    return literal(constant.sval.sval) if kind == "sval" else None
