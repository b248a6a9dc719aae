"""Which code of users a statement runs, and which it installs: what an applier must read.

Whoever may write history chooses the expressions of defaults, checks, indexes, views, and the bodies of functions. They
run with the rights of who applies the plan, or of who uses the object later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pggit.kinds.ddl import name
from pggit.kinds.syntax import walk
from pggit.plan.effects.found import Found

_AT_ONCE = frozenset(
    """
    alter_domain_stmt alter_table_stmt create_table_as_stmt do_stmt index_stmt insert_stmt refresh_mat_view_stmt
    select_stmt update_stmt
    """.split()  # noqa: SIM905
)
"""Statements that compute expressions for rows that are there; all others only write them down."""

REACHING_OUT = frozenset(
    """
    cursor_to_xml database_to_xml lo_export lo_import pg_cancel_backend pg_create_logical_replication_slot
    pg_create_physical_replication_slot pg_current_logfile pg_drop_replication_slot pg_import_system_collations
    pg_logical_emit_message pg_ls_dir pg_promote pg_read_binary_file pg_read_file pg_reload_conf pg_rotate_logfile
    pg_stat_file pg_switch_wal pg_terminate_backend query_to_xml query_to_xml_and_xmlschema query_to_xmlschema
    schema_to_xml set_config table_to_xml ts_rewrite ts_stat
    """.split()  # noqa: SIM905
)
"""Functions of PostgreSQL that read or write outside of the database, or run SQL that is given as text."""

_TRUSTED = ("sql", "plpgsql")
_INSTALLS = {
    "create_trig_stmt": "it is code that runs whenever rows of its table are written",
    "create_event_trig_stmt": "it is code that runs in every DDL statement of every role, with that role's rights",
    "rule_stmt": "it rewrites the statements of whoever uses its table, and runs others with its owner's rights",
    "create_extension_stmt": "the extension's script runs, with a superuser's rights where it is trusted",
    "alter_extension_stmt": "the extension's script runs, with a superuser's rights where it is trusted",
    "create_plang_stmt": "its handler runs the code of functions",
    "create_fdw_stmt": "its functions run in the server's process",
    "create_am_stmt": "its functions run in the server's process",
    "create_subscription_stmt": "rows come from another server, whose changes fire triggers",
}
_WITH_RIGHTS = {"superuser": "superuser", "createrole": "CREATEROLE", "createdb": "CREATEDB",
                "isreplication": "REPLICATION", "bypassrls": "BYPASSRLS"}  # fmt: skip


def code(kind: str, node: Any, found: Found) -> None:
    """Note what code of users a statement runs or installs, and which roles it gives great rights to.

    Args:
        kind: how the parser calls the statement.
        node: the statement.
        found: where it is noted.
    """
    key = found.action.key
    if kind in _INSTALLS:
        found.hazard("runs-code", f"{key}: {_INSTALLS[kind]}")
    if kind == "create_function_stmt":
        _function(node, found)
    if kind in ("create_role_stmt", "alter_role_stmt"):
        for option in node.options:
            word = _WITH_RIGHTS.get(option.def_elem.defname)
            if word and option.def_elem.arg.boolean.boolval:
                found.hazard("privileges", f"{key} becomes {word}")
    called = sorted(set(_called(node)))
    if called:
        when = "runs while the plan is applied" if _at_once(kind, node) else "runs whenever it is used"
        found.hazard("runs-code", f"{key}: {', '.join(called)} {when}")


def _at_once(kind: str, node: Any) -> bool:
    from postgast import pg_query_pb2

    if kind != "alter_table_stmt":
        return kind in _AT_ONCE
    default = pg_query_pb2.AlterTableType.AT_ColumnDefault
    return any(part.alter_table_cmd.subtype != default for part in node.cmds)


def _function(node: Any, found: Found) -> None:
    options = {option.def_elem.defname: option.def_elem.arg for option in node.options}
    language = options["language"].string.sval if "language" in options else "sql"
    definition = found.scene.relations_after.definition(f"language {name(language)}")
    does = "its body is code that runs with the rights of who calls it"
    if language not in _TRUSTED and not definition.get("trusted"):
        does = f"its language {language} is not trusted: it may do whatever the server can"
    found.hazard("runs-code", f"{found.action.key}: {does}")


def _called(node: Any) -> Iterator[str]:
    """Yield functions and operators that are not PostgreSQL's own, and those of its own that reach out."""
    for part in walk(node):
        sort = part.DESCRIPTOR.name
        if sort == "FuncCall":
            parts = [word.string.sval for word in part.funcname]
            own = len(parts) == 1 or parts[0] == "pg_catalog"
            if not own or parts[-1] in REACHING_OUT:
                yield f"{'.'.join(map(name, parts))}()"
        elif sort == "A_Expr" and len(part.name) > 1 and part.name[0].string.sval != "pg_catalog":
            yield f"operator {name(part.name[0].string.sval)}.{part.name[-1].string.sval}"
