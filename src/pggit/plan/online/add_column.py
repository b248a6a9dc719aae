"""A column whose default differs from row to row is added empty, and filled in batches.

Added at once, with its default, it would have the table written anew.
"""

from __future__ import annotations

from typing import Any

from pggit.core.identity import split_name
from pggit.kinds import Object, Render
from pggit.kinds.syntax import walk
from pggit.kinds.write import create
from pggit.plan.action import Action, Scene
from pggit.plan.effects import effects
from pggit.plan.model import Statement
from pggit.plan.online.not_null import set_not_null
from pggit.plan.online.retype_limits import fires_on_update, has_children
from pggit.plan.online.steps import BATCH, backfill, only_command, plain, proven

# A backfill ends when nothing is null any more: it must be known that the default never is
_NEVER_NULL = frozenset(
    """
    clock_timestamp gen_random_uuid nextval now random random_normal timeofday uuidv4 uuidv7
    abs ceil concat floor lower lpad md5 round substr substring to_char upper
    """.split()  # noqa: SIM905
)
_HARMLESS = frozenset({"Node", "FuncCall", "TypeCast", "TypeName", "A_Const", "A_Expr", "String", "Integer", "Float"})


def online(action: Action, scene: Scene) -> list[Statement] | None:
    """Add a column empty, set its default, fill it, make it NOT NULL."""
    if action.kind != "column" or action.old is not None or action.new is None or not action.sql:
        return None
    definition = dict(action.new.definition)
    default = _default(action, scene)
    if default is None or {"identity", "generated", "inherited"} & definition.keys():
        return None
    if fires_on_update(action, scene) or _has_parts(action, scene):
        return None
    added = only_command(action.sql[0], "AddColumn")
    if added is None or not effects(action.sql[0], action, scene).rewrites or not _never_null(added[1]):
        return None
    told = definition.pop("not_null", None)
    empty = Object("column", action.new.identity, definition)
    group = [obj for obj in scene.after(action.group) if obj.key != f"default {empty.identity}"]
    *path, column = split_name(empty.identity)
    relation = ".".join(path)
    steps = [plain(sql, action, scene) for sql in create(empty, Render(group, scene.major))]
    if any(step.rewrites for step in steps):
        return None  # not for its default alone
    steps.append(plain(f"alter table {relation} alter column {column} set default {default}", action, scene))
    steps.append(backfill(_update(relation, column), action, scene))
    if isinstance(told, dict) and told.get("not_valid"):
        valid_later = [sql for sql in action.sql if sql.endswith(" not valid")]
        return [*steps, *(proven(sql, action, scene) for sql in valid_later)]
    return [*steps, *(set_not_null(action.key, told, False, action, scene) if told else [])]


def _has_parts(action: Action, scene: Scene) -> bool:
    """Whether rows are in other tables too: what is chosen by ctid must be in one."""
    return "partition_key" in scene.relations.definition(action.group) or has_children(action.group, scene)


def _update(relation: str, column: str) -> str:
    # the rows are locked as they are chosen, so that none slips away between by a change of another session
    chosen = f"select ctid from {relation} where {column} is null limit {BATCH} for no key update"
    return f"update {relation} set {column} = default where ctid = any (array({chosen}))"


def _default(action: Action, scene: Scene) -> str | None:
    key = f"default {action.object.identity}"
    if key not in scene.b.groups.get(action.group, {}):
        return None
    return str(scene.b.definition(action.group, key)["expression"])


def _never_null(command: Any) -> bool:
    from postgast import pg_query_pb2

    column = getattr(command, "def").column_def
    for part in column.constraints:
        if part.constraint.contype != pg_query_pb2.ConstrType.CONSTR_DEFAULT:
            continue
        for node in walk(part.constraint.raw_expr):
            kind = node.DESCRIPTOR.name
            if kind not in _HARMLESS or (kind == "A_Const" and node.isnull):
                return False
            if kind == "A_Expr" and node.kind != pg_query_pb2.A_Expr_Kind.AEXPR_OP:
                return False
            if kind == "FuncCall" and node.funcname[-1].string.sval not in _NEVER_NULL:
                return False
        return True
    return False
