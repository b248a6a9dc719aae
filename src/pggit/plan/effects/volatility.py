"""Whether an expression may give another value for each row: a column that has it as its default is written out."""

from __future__ import annotations

from typing import Any

from pggit.core.state import State
from pggit.kinds.ddl import name
from pggit.kinds.syntax import walk

# pg_proc.provolatile = 'v', of those that can stand in an expression for a row
_VOLATILE = frozenset(
    """
    array_sample array_shuffle clock_timestamp current_query currval gen_random_uuid lastval lo_creat lo_create
    lo_from_bytea lo_get nextval pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
    pg_database_size pg_indexes_size pg_is_in_recovery pg_nextoid pg_relation_size pg_sequence_last_value
    pg_table_size pg_total_relation_size pg_try_advisory_lock pg_try_advisory_xact_lock pg_xact_commit_timestamp
    pg_xact_status random random_normal set_config setval timeofday txid_status uuidv4 uuidv7
    """.split()  # noqa: SIM905
)


def volatile(expression: Any, state: State) -> str | None:
    """Return what makes an expression volatile, for a message; None where nothing does.

    Functions that are neither PostgreSQL's own nor in the state (those of extensions) count as volatile.

    Args:
        expression: a protobuf node of the parser.
        state: the state in which functions are looked up.
    """
    for node in walk(expression):
        kind = node.DESCRIPTOR.name
        if kind == "FuncCall":
            parts = [part.string.sval for part in node.funcname]
            if _is_volatile(tuple(parts), state):
                return f"{'.'.join(parts)}()"
        elif kind == "A_Expr" and len(node.name) > 1 and node.name[0].string.sval != "pg_catalog":
            return f"the operator {node.name[-1].string.sval}"
    return None


def _is_volatile(parts: tuple[str, ...], state: State) -> bool:
    if len(parts) == 1 or parts[0] == "pg_catalog":
        return parts[-1] in _VOLATILE
    begin = f"function {'.'.join(map(name, parts))}("
    found = [group for group in state.groups if group.startswith(begin)]
    return not found or any("volatility" not in state.definition(group, group) for group in found)
