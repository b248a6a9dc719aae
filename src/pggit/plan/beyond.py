"""What a statement of a plan's file does that plans of pgGit do not need told: whoever made the plan knows it.

Settings of roles and databases decide what sessions load and find; triggers that are off check nothing; casts and
operators are called without being named. The store of pgGit is no object of a plan at all.
"""

from __future__ import annotations

import re
from typing import Any

from pggit.core.errors import Refused
from pggit.kinds.syntax import walk
from pggit.plan.effects.found import Found

_STORE = "pggit"
_SETTINGS = "settings decide what sessions load, and which objects they find"
_SORTS = {
    "alter_role_set_stmt": ("privileges", _SETTINGS),
    "alter_database_set_stmt": ("privileges", _SETTINGS),
    "alter_event_trig_stmt": ("privileges", "an event trigger is switched on or off"),
    "alter_function_stmt": ("runs-code", "the settings or the sort of a function change"),
    "create_cast_stmt": ("runs-code", "its function runs where types are mixed, and is not named there"),
}
_SWITCHES = re.compile(r"AT_(?:Enable|Disable)(?:Always|Replica)?(?:Trig|Rule)(?:All|User)?")


def beyond(kind: str, node: Any, found: Found) -> None:
    """Note it.

    Args:
        kind: how the parser calls the statement.
        node: the statement.
        found: where it is noted.

    Raises:
        Refused: it is about a table of pgGit's own.
    """
    from postgast import pg_query_pb2

    key = found.action.key
    if kind in _SORTS:
        hazard, does = _SORTS[kind]
        found.hazard(hazard, f"{key}: {does}")
    if kind == "define_stmt" and node.kind == pg_query_pb2.ObjectType.OBJECT_OPERATOR:
        found.hazard("runs-code", f"{key}: its function runs where its sign is written")
    if kind == "alter_table_stmt" and any(map(_switches, node.cmds)):
        found.hazard("privileges", f"{key}: triggers or rules are switched on or off")
    for part in walk(node):
        sort = part.DESCRIPTOR.name
        if sort == "RangeVar" and part.schemaname == _STORE:
            raise Refused(
                f"{key}: a statement is about {_STORE}.{part.relname}, which is pgGit's own",
                hint="The plan's file was not written by pggit. Nothing was run.",
            )
        is_set = sort == "FuncCall" and part.funcname[-1].string.sval == "setval"
        if is_set or (sort == "DefElem" and kind == "alter_seq_stmt" and part.defname == "restart"):
            found.hazard("not-reversible", f"{key}: the position of a sequence changes")


def _switches(part: Any) -> bool:
    from postgast import pg_query_pb2

    return bool(_SWITCHES.fullmatch(pg_query_pb2.AlterTableType.Name(part.alter_table_cmd.subtype)))
