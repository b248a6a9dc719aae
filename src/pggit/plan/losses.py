"""What the statements of a plan's file would lose, whatever the file says of it.

Whoever can write the file can write any statement, and take hazards away. So each is parsed and looked at once more,
against the database as it is; a relation or column that is renamed on the way is followed. What is copied before it is
dropped is not lost: tables that are made anew, columns that change their type online. What cannot be told (a statement
that calls functions, a block of code) counts as a loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pggit.core.errors import Refused
from pggit.core.identity import split_name
from pggit.core.state import State
from pggit.kinds import Object, kind_of_key
from pggit.kinds.ddl import name
from pggit.kinds.syntax import walk
from pggit.plan import copies
from pggit.plan.action import Action, Scene, Size
from pggit.plan.beyond import beyond
from pggit.plan.effects import one_statement
from pggit.plan.effects.code import REACHING_OUT, code
from pggit.plan.effects.found import Found
from pggit.plan.effects.statements import look
from pggit.plan.live import Measure
from pggit.plan.model import Plan, Statement
from pggit.plan.renamed import Rename, renamed

SHOWN = ("data-loss", "not-reversible", "privileges", "runs-code")
"""Hazards that are looked for again; the others say how long a statement takes."""

_HEADS = ("table", "view", "materialized view", "foreign table", "sequence", "composite", "enum", "domain")
_UNDO = re.compile(r"drop index concurrently if exists (?P<index>.+)")


def looked_at(plan: Plan, state: State, measure: Measure) -> Plan:
    """Return a plan with the hazards that its statements have, beside those that it says.

    Args:
        plan: as its file has it.
        state: the database that it is to run in.
        measure: tells how much tables hold; it is asked where one may lose what the plan does not say.

    Raises:
        Refused: an entry is not one statement, or one that no plan has.
    """
    looking = _Looking(plan, state, {})
    found = tuple(looking.at(statement) for statement in plan.statements)
    if looking.losing:
        looking = _Looking(plan, state, measure(looking.losing))
        found = tuple(looking.at(statement) for statement in plan.statements)
    return replace(plan, statements=found)


class _Looking:
    """The statements seen so far, and what the database is after them as far as it matters."""

    def __init__(self, plan: Plan, state: State, sizes: Mapping[str, Size]) -> None:
        self.major = plan.major
        self.sizes = dict(sizes)
        self.state = State({group: dict(of) for group, of in state.groups.items()}, dict(state.blobs), state.meanings)
        self.copies = copies.Copies()
        self.losing: set[str] = set()
        """Tables of which a statement may lose rows though the plan does not say so."""
        self.scene = self._scene()

    def _scene(self) -> Scene:
        return Scene(self.state, self.state, self.major, self.sizes)

    def at(self, statement: Statement) -> Statement:
        """Return a statement with its hazards; what is before it has been looked at."""
        kind, node = one_statement(statement.sql, statement.key)
        _check_undo(statement, kind, node)
        scene = self.scene
        found = Found(self._action(statement), scene)
        look(kind, node, found)
        code(kind, node, found)
        beyond(kind, node, found)
        if copies.is_copied(kind, node, self.copies, scene):
            found.hazards = [hazard for hazard in found.hazards if hazard.kind not in ("data-loss", "not-reversible")]
        for lost in _losses(kind, node, statement, found):
            found.lost(lost)
        self.copies.see(kind, node, statement, scene)
        self._go_on(kind, node, scene)
        said = {hazard.kind for hazard in statement.hazards}
        said |= {"not-reversible"} if "data-loss" in said else set()
        more = [one for one in found.hazards if one.kind in SHOWN and one.kind not in said]
        if any(one.kind == "data-loss" for one in more):
            self.losing |= found.locks.keys()
        return replace(statement, hazards=(*statement.hazards, *more)) if more else statement

    def _action(self, statement: Statement) -> Action:
        try:
            kind, identity = kind_of_key(statement.key)
        except ValueError:
            raise Refused(
                f"there is no object {statement.key!r}", hint="the plan's file was not written by pggit."
            ) from None
        group = statement.relation if statement.relation in self.state.groups else statement.key
        obj = Object(kind, identity, {})
        return Action("alter", group or statement.key, statement.key, obj, obj, [statement.sql])

    def _go_on(self, kind: str, node: Any, scene: Scene) -> None:
        """Follow what gets another name, and what is made."""
        changed = False
        for rename in _renames(kind, node, scene):
            if rename.old in self.state.groups.get(rename.group, {}):
                self.state = renamed(self.state, rename, self.major)
                changed = True
                if rename.is_head and rename.old in self.sizes:
                    self.sizes[rename.new] = self.sizes[rename.old]
        for group, key, definition in self.copies.filled():
            self.state.put(group, key, definition)
            changed = True
        if kind == "create_enum_stmt":
            key = f"enum {_qualified(node.type_name)}"
            self.state.put(key, key, {"labels": [part.string.sval for part in node.vals]})
            changed = True
        if changed:
            self.scene = self._scene()


def _losses(kind: str, node: Any, statement: Statement, found: Found) -> Iterator[str]:
    """Yield what a statement loses, or may lose for all that can be told, beyond what is known of it as a plan's."""
    if kind == "drop_stmt" and _cascades(node) and not _harmless_cascade(node, found):
        yield "what depends on it, by CASCADE"
    if kind == "do_stmt" and not _sets_in_database(node):
        yield "what a block of code does cannot be told"
    if kind == "create_table_as_stmt" and _object(node.objtype) == "TABLE":  # no plan of pgGit's has one
        yield "what its query runs cannot be told"
    if kind not in ("select_stmt", "insert_stmt", "update_stmt", "delete_stmt"):
        return
    for part in walk(node):
        sort = part.DESCRIPTOR.name
        if sort == "UpdateStmt":
            yield from _overwritten(part.relation, part.target_list, found)
        elif sort == "InsertStmt" and part.HasField("on_conflict_clause"):
            yield from _overwritten(part.relation, part.on_conflict_clause.target_list, found)
        elif sort in ("DeleteStmt", "MergeStmt"):
            yield "rows that it deletes or changes"
        elif sort == "FuncCall" and not _is_harmless(part):
            yield f"what {'.'.join(word.string.sval for word in part.funcname)}() does cannot be told"


def _overwritten(relation: Any, targets: Any, found: Found) -> Iterator[str]:
    """The values of columns that are there already, and no copy that a plan is filling."""
    group = found.relation(relation)
    columns = found.scene.relations.state.groups.get(group or "", {})
    for target in targets:
        column = target.res_target.name
        key = f"column {name(relation.schemaname)}.{name(relation.relname)}.{name(column)}"
        if key in columns and found.holds(group):
            yield f"the values of column {column} of {group}, which it overwrites"


def _is_harmless(call: Any) -> bool:
    """PostgreSQL's own functions lose no rows, except those of large objects and those that run SQL."""
    parts = [word.string.sval for word in call.funcname]
    own = len(parts) == 1 or parts[0] == "pg_catalog"
    return own and parts[-1] not in REACHING_OUT and not parts[-1].startswith(("lo_", "lowrite"))


def _cascades(node: Any) -> bool:
    from postgast import pg_query_pb2

    return bool(node.behavior == pg_query_pb2.DropBehavior.DROP_CASCADE)


def _harmless_cascade(node: Any, found: Found) -> bool:
    """A type goes together with its functions; no column may be of it."""
    from postgast import pg_query_pb2

    if node.remove_type != pg_query_pb2.ObjectType.OBJECT_TYPE:
        return False
    named = (".".join(name(part.string.sval) for part in one.type_name.names) for one in node.objects)
    return not any(found.scene.relations.having(one) for one in named)


_IN_DATABASE = re.compile(r"begin execute format\('((?:[^']|'')*)', current_database\(\)\); end")


def _sets_in_database(node: Any) -> bool:
    """Whether a block is the one by which settings of a role in this database are changed, and nothing else."""
    texts = [arg.def_elem.arg.string.sval for arg in node.args]
    match = _IN_DATABASE.fullmatch(texts[0]) if len(texts) == 1 else None
    if match is None or match[1].count("%I") != 1:
        return False
    inside = match[1].replace("''", "'").replace("%I", "x").replace("%%", "%")
    try:
        kind, _ = one_statement(inside, "role setting")
    except Refused:
        return False
    return kind in ("alter_role_set_stmt", "alter_database_set_stmt")


def _check_undo(statement: Statement, kind: str, node: Any) -> None:
    """What is to be run after an interruption removes the index that the statement makes, and nothing else."""
    if statement.undo is None:
        return
    match = _UNDO.fullmatch(statement.undo)
    made = f"{name(node.relation.schemaname)}.{name(node.idxname)}" if kind == "index_stmt" and node.concurrent else ""
    if match is None or match["index"] != made:
        raise Refused(
            f"{statement.key}: what is to be run after an interruption does not remove what the statement makes",
            hint="the plan's file was not written by pggit.",
        )


# -- names ----------------------------------------------------------------------------------------------------------


def _renames(kind: str, node: Any, scene: Scene) -> Iterator[Rename]:
    """Yield what a statement renames or moves, as far as it holds rows or values."""
    if kind == "rename_stmt" and node.HasField("relation"):
        yield from _renamed_relation(node, scene)
    elif kind == "rename_stmt" and _object(node.rename_type) == "SCHEMA":
        yield Rename(f"schema {name(node.subname)}", f"schema {name(node.subname)}", f"schema {name(node.newname)}")
    elif kind == "alter_object_schema_stmt" and node.HasField("relation"):
        group = _group(node.relation, scene)
        if group is not None:
            head, _ = kind_of_key(group)
            yield Rename(group, group, f"{head} {name(node.newschema)}.{name(node.relation.relname)}")


def _renamed_relation(node: Any, scene: Scene) -> Iterator[Rename]:
    group = _group(node.relation, scene)
    if group is None:
        return
    head, identity = kind_of_key(group)
    if _object(node.rename_type) in ("COLUMN", "ATTRIBUTE"):
        part = "attribute" if head == "composite" else "column"
        yield Rename(group, f"{part} {identity}.{name(node.subname)}", f"{part} {identity}.{name(node.newname)}")
    elif _object(node.rename_type) in ("TABLE", "VIEW", "MATVIEW", "FOREIGN_TABLE", "SEQUENCE"):
        yield Rename(group, group, f"{head} {split_name(identity)[0]}.{name(node.newname)}")


def _group(relation: Any, scene: Scene) -> str | None:
    return scene.relations.relation(f"{name(relation.schemaname)}.{name(relation.relname)}")


def _object(value: int) -> str:
    from postgast import pg_query_pb2

    return str(pg_query_pb2.ObjectType.Name(value)).removeprefix("OBJECT_")


def _qualified(parts: Any) -> str:
    return ".".join(name(part.string.sval) for part in parts)
