"""NOT NULL: a mark of the column before 18, a named constraint since.

https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from typing import Any

from pggit.core.identity import split_name, unquote
from pggit.kinds.ddl import name
from pggit.kinds.kind import Definition, Object, Render
from pggit.kinds.relation import joins, leaves


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
    own = leaves(render) or (old.get("inherited") and not new.get("inherited"))
    if told_inherited(was) and not own:
        return _while_child(relation, column, was, shall, render)
    if told_inherited(shall) and not joins(render):  # it comes from the parent
        return []
    # what a table had from its parent it has of its own, under the same name, once it has left it
    was, shall = _own(was), _own(shall)
    if shall is None:
        return [f"alter table {relation} alter column {column} drop not null"]
    if was is None:
        return [_add(relation, column, shall)]
    return _altered(relation, column, was, shall)


def told_inherited(told: Any) -> bool:
    """Whether a column's NOT NULL is there only because the parent's is (since 18)."""
    return isinstance(told, dict) and bool(told.get("inherited"))


def recursed(column: Object, old: Object, new: Object, major: int, *, partitioned: bool) -> Any:
    """Return a child's NOT NULL as it is once a change of its parent's has come down to it.

    Args:
        column: the child's column, as it is.
        old: the parent's, as it is.
        new: the parent's, as it shall be.
        major: major version of the server.
        partitioned: whether the parent is a partitioned table; before 18 nothing comes down to other children.
    """
    told, was, shall = (obj.definition.get("not_null") for obj in (column, old, new))
    if was == shall:
        return told
    if major < 18:
        return shall if partitioned else told
    was, shall = _inheritable(old), _inheritable(new)
    if shall is None:
        return None if told_inherited(told) else told
    if was is None:
        return {"inherited": True, **shall} if told is None else told
    if told is True or told is None or told["name"] != was["name"]:
        return told
    came = {**told, "name": shall["name"]}
    if not shall.get("not_valid"):
        came.pop("not_valid", None)
    return came


def _inheritable(column: Object) -> Definition | None:
    """Return a column's NOT NULL, in full, where children get it."""
    told = column.definition.get("not_null")
    if told is True:
        *relation, bare = split_name(column.identity)
        return {"name": usual_name(".".join(relation), unquote(bare))}
    if told is None or told.get("no_inherit"):
        return None
    return _own(told)  # type: ignore[no-any-return]


def usual_name(relation: str, column: str) -> str:
    """Return the bare name that PostgreSQL gives a NOT NULL constraint, where that is not too long.

    Args:
        relation: the table, qualified, as it is written.
        column: the column's bare name.
    """
    return f"{unquote(split_name(relation)[-1])}_{column}_not_null"


def _own(told: Any) -> Any:
    return {key: value for key, value in told.items() if key != "inherited"} if told_inherited(told) else told


def _while_child(relation: str, column: str, was: Any, shall: Any, render: Render) -> list[str]:
    """Write it for a table that goes on having a NOT NULL from its parent."""
    if shall is None:  # goes with the parent's
        return []
    if not told_inherited(shall):  # becomes the table's own as well, under the name that it has
        return [f"alter table {relation} alter column {column} set not null"]
    table = render.head.definition
    if was["name"] == shall["name"] or "partition_of" not in table:
        return []
    # PostgreSQL renames no inherited constraint
    return [
        f"alter table {table['partition_of']} detach partition {relation}",
        f"alter table {relation} rename constraint {name(was['name'])} to {name(shall['name'])}",
        f"alter table {table['partition_of']} attach partition {relation} {table['bound']}",
    ]


def _altered(relation: str, column: str, was: Any, shall: Any) -> list[str]:
    usual = usual_name(relation, unquote(column))
    drop = f"alter table {relation} alter column {column} drop not null"
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
