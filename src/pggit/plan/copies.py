"""Which statements of a plan copy a table or a column whole, so that the one that was copied can be dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pggit.kinds.ddl import name
from pggit.plan.action import Scene
from pggit.plan.effects.types import change_of_values, parsed, type_of
from pggit.plan.model import Statement
from pggit.plan.online.steps import BATCH

_Definition = dict[str, Any]


@dataclass
class Copies:
    """What has been copied so far.

    Attributes:
        tables: group of a table → its columns that were copied into another table.
        columns: (group, bare name of a column) that was copied into another column.
        added: (group, bare name) of a new column → its type as it is written.
        made: keys of new tables → their columns with the types.
    """

    tables: dict[str, set[str]] = field(default_factory=dict)
    columns: set[tuple[str, str]] = field(default_factory=set)
    added: dict[tuple[str, str], str] = field(default_factory=dict)
    made: dict[str, dict[str, str]] = field(default_factory=dict)
    _filled: list[tuple[str, str, _Definition]] = field(default_factory=list)

    def filled(self) -> Iterator[tuple[str, str, _Definition]]:
        """Yield (group, key, definition) of what holds values since the last statement: it must not be lost either."""
        while self._filled:
            yield self._filled.pop()

    def see(self, kind: str, node: Any, statement: Statement, scene: Scene) -> None:
        """Note what a statement makes or copies."""
        if kind == "create_stmt":
            columns = (part.column_def for part in node.table_elts if part.HasField("column_def"))
            key = f"table {_written(node.relation)}"
            self.made[key] = {column.colname: _type(column.type_name) for column in columns}
        elif kind == "alter_table_stmt":
            self._add_columns(node, scene)
        elif kind == "insert_stmt":
            self._copy_table(node, scene)
        elif kind == "update_stmt":
            self._copy_column(node, statement, scene)

    def _add_columns(self, node: Any, scene: Scene) -> None:
        group = scene.relations.relation(_written(node.relation))
        for command in node.cmds:
            definition = getattr(command.alter_table_cmd, "def")
            if group is not None and definition.HasField("column_def") and definition.column_def.colname:
                self.added[group, definition.column_def.colname] = _type(definition.column_def.type_name)

    def _copy_table(self, node: Any, scene: Scene) -> None:
        """INSERT INTO a new table SELECT columns FROM an old one, every row as it is."""
        query = node.select_stmt.select_stmt
        target = f"table {_written(node.relation)}"
        said = {field.name for field, _ in query.ListFields()}
        if target not in self.made or said - {"target_list", "from_clause", "limit_option", "op"}:
            return
        if len(query.from_clause) != 1 or not query.from_clause[0].HasField("range_var"):
            return
        source = query.from_clause[0].range_var
        group = scene.relations.relation(_written(source))
        into = [part.res_target.name for part in node.cols]
        if (
            group is None
            or not source.inh
            or node.HasField("on_conflict_clause")
            or len(into) != len(query.target_list)
        ):
            return
        taken = {column for column in map(_column_in_full, query.target_list, into) if column}
        self.tables.setdefault(group, set()).update(taken)
        self._filled.append((target, target, {}))
        types = self.made[target]
        path = target.removeprefix("table ")
        self._filled += [(target, f"column {path}.{name(one)}", {"type": types.get(one, "text")}) for one in into]

    def _copy_column(self, node: Any, statement: Statement, scene: Scene) -> None:
        """The backfill of a column that is to take the place of another one: all rows, as long as there are any."""
        group = scene.relations.relation(_written(node.relation))
        if group is None or not statement.repeat or len(node.target_list) != 1:
            return
        beside = node.target_list[0].res_target.name
        value = node.target_list[0].res_target.val
        casts = []
        while value.HasField("type_cast"):
            casts.append(type_of(value.type_cast.type_name))
            value = value.type_cast.arg
        if (group, beside) not in self.added or not value.HasField("column_ref") or len(value.column_ref.fields) != 1:
            return
        column = value.column_ref.fields[0].string.sval
        relation, new, old = _written(node.relation), name(beside), name(column)
        before, _, rest = statement.sql.partition(f"update {relation} set {new} = {old}")
        chosen = (
            f"select ctid from {relation} where {new} is null and {old} is not null limit {BATCH} for no key update"
        )
        if before or not rest.endswith(f" where ctid = any (array({chosen}))"):
            return
        definition = scene.relations.definition(group, f"column {group.removeprefix('table ')}.{old}")
        shall = parsed(self.added[group, beside])
        if not definition or any(cast != shall for cast in casts):
            return
        computed = len(casts) > 1
        was = parsed(definition["type"])
        if change_of_values(was, shall, scene.a, scene.b, computed=computed, explicit=bool(casts)) == "may lose":
            return
        self.columns.add((group, column))
        path = group.removeprefix("table ")
        self._filled.append((group, f"column {path}.{new}", {"type": self.added[group, beside]}))


def is_copied(kind: str, node: Any, copies: Copies, scene: Scene) -> bool:
    """Tell whether all that a statement drops was copied before."""
    from postgast import pg_query_pb2

    if kind == "alter_table_stmt":
        group = scene.relations.relation(_written(node.relation))
        drops = [
            part.alter_table_cmd.name
            for part in node.cmds
            if part.alter_table_cmd.subtype == pg_query_pb2.AlterTableType.AT_DropColumn
        ]
        there = scene.relations.state.groups.get(group or "", {})
        path = (group or "").removeprefix("table ")
        return len(drops) == len(node.cmds) == 1 and (
            (group or "", drops[0]) in copies.columns or f"column {path}.{name(drops[0])}" not in there
        )
    if kind != "drop_stmt" or node.remove_type != pg_query_pb2.ObjectType.OBJECT_TABLE or len(node.objects) != 1:
        return False
    group = scene.relations.relation(".".join(name(part.string.sval) for part in node.objects[0].list.items))
    taken = copies.tables.get(group) if group else None
    if taken is None or group is None:
        return False
    own = {
        key: scene.relations.definition(group, key) for key in scene.relations.state.groups[group] if _is_column(key)
    }
    path = group.removeprefix("table ")
    return all(
        "generated" in definition or key in {f"column {path}.{name(one)}" for one in taken}
        for key, definition in own.items()
    )


def _is_column(key: str) -> bool:
    return key.startswith("column ")


def _column_in_full(target: Any, into: str) -> str | None:
    """Return the column that a target copies without loss: as it is, or by way of its text."""
    value = target.res_target.val
    while value.HasField("type_cast"):
        if value.type_cast.type_name.typmods or type_of(value.type_cast.type_name).name in ("char", "bpchar", "name"):
            return None
        value = value.type_cast.arg
    fields = value.column_ref.fields
    return fields[0].string.sval if len(fields) == 1 and fields[0].string.sval == into else None


def _written(relation: Any) -> str:
    return f"{name(relation.schemaname)}.{name(relation.relname)}"


def _type(node: Any) -> str:
    """Write a type so that `parsed` reads it."""
    kind = type_of(node)
    modifiers = f"({','.join(map(str, kind.modifiers))})" if kind.modifiers else ""
    return f"{kind.name}{modifiers}{'[]' if kind.array else ''}"
