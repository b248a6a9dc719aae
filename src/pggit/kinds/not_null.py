"""NOT NULL: a mark of the column before 18, a named constraint since.

https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from typing import Any

from pggit.core.identity import split_name, unquote
from pggit.kinds.ddl import name
from pggit.kinds.kind import Definition, Render
from pggit.kinds.relation import leaves


def not_null_changed(relation: str, column: str, old: Definition, new: Definition, render: Render) -> list[str]:
    """Write what changes a column's NOT NULL.

    Args:
        relation: the table, qualified.
        column: the column's name as it is written.
        old: the column's definition as it is.
        new: as it shall be.
        render: the group, before and after.
    """
    was, shall = old.get("not_null"), new.get("not_null")
    if render.major < 18:
        only = "" if "partition_key" in render.head.definition else "only "
        return [f"alter table {only}{relation} alter column {column} {'set' if shall else 'drop'} not null"]
    if shall == "inherited":  # it comes from the parent
        return []
    drop = f"alter table {relation} alter column {column} drop not null"
    if was == "inherited":
        return _from_inherited(relation, column, shall, drop, render)
    if shall is None:
        return [drop]
    if was is None:
        return [_add(relation, column, shall)]
    return _altered(relation, column, was, shall, drop)


def _from_inherited(relation: str, column: str, shall: Any, drop: str, render: Render) -> list[str]:
    """Write it for a table that keeps what it had from its parent, under the parent's name, as it leaves it."""
    gone = leaves(render)
    if shall is None:
        return [drop] if gone else []
    if not gone:  # becomes the table's own as well, under the name that it has
        return [f"alter table {relation} alter column {column} set not null"]
    keyed = any(
        obj.definition["type"] == "primary key" and unquote(column) in obj.definition["columns"]
        for obj in render.before
        if obj.kind == "constraint"
    )
    return [_add(relation, column, shall)] if keyed else [drop, _add(relation, column, shall)]


def _altered(relation: str, column: str, was: Any, shall: Any, drop: str) -> list[str]:
    usual = f"{unquote(split_name(relation)[-1])}_{unquote(column)}_not_null"
    old, new = ({"name": usual} if told is True else told for told in (was, shall))
    if new.get("not_valid") and not old.get("not_valid"):  # what holds cannot be made doubtful
        return [drop, _add(relation, column, shall)]
    statements = []
    if old["name"] != new["name"]:
        statements.append(f"alter table {relation} rename constraint {name(old['name'])} to {name(new['name'])}")
    named = name(new["name"])
    if old.get("not_valid") and not new.get("not_valid"):
        statements.append(f"alter table {relation} validate constraint {named}")
    if old.get("no_inherit") != new.get("no_inherit"):
        word = "no inherit" if new.get("no_inherit") else "inherit"
        statements.append(f"alter table {relation} alter constraint {named} {word}")
    return statements


def _add(relation: str, column: str, told: Any) -> str:
    if told is True:
        return f"alter table {relation} alter column {column} set not null"
    no_inherit = " no inherit" if told.get("no_inherit") else ""
    not_valid = " not valid" if told.get("not_valid") else ""
    return f"alter table {relation} add constraint {name(told['name'])} not null {column}{no_inherit}{not_valid}"
