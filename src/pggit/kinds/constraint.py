"""Constraints of tables. https://www.postgresql.org/docs/current/sql-altertable.html"""

from __future__ import annotations

from collections.abc import Sequence

from pggit.core.identity import split_name
from pggit.kinds import identities, shape, syntax
from pggit.kinds.ddl import name, names, options
from pggit.kinds.difference import differing
from pggit.kinds.index import ELEMENTS, elements, include, index_changed
from pggit.kinds.kind import SCALAR, SEQUENCE, SET, Definition, Kind, Object, Render
from pggit.kinds.relation import leaves, owner_of


def create(obj: Object, render: Render) -> list[str]:
    """Write ALTER TABLE … ADD CONSTRAINT; on a partitioned table ONLY: its partitions attach theirs."""
    constraint, table = owner_of(obj.identity)
    indexed = obj.definition["type"] in _INDEXED
    only = "only " if indexed and "partition_key" in render.head.definition else ""
    body = _BODIES[obj.definition["type"]](obj.definition)
    statements = [f"alter table {only}{table} add constraint {constraint} {body}{_when(obj.definition)}"]
    if "parent" in obj.definition:
        parent = _index_of(obj.definition["parent"])
        statements.append(f"alter index {parent} attach partition {_index_of(obj.identity)}")
    return statements


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write what changes a constraint in place: ALTER CONSTRAINT, VALIDATE, or ALTER INDEX for what it stands on.

    ``local`` changes with the parents: a check of the table's own is merged with the one that it inherits.
    """
    if old.definition["type"] != new.definition["type"]:
        return None
    if old.definition["type"] in _INDEXED:
        return _alter_index(old, new, render)
    changed = differing(old.definition, new.definition)
    states = {"not_valid", "local"}
    if old.definition["type"] == "foreign key":
        states |= {"deferrable", "initially_deferred", "not_enforced"}
    if changed - states or not _can_become(old.definition, new.definition):
        return None
    constraint, table = owner_of(new.identity)
    actions = [f"alter constraint {constraint} {action}" for action in _alterations(changed, new.definition)]
    if "not_valid" in changed and not changed & {"not_enforced"}:
        actions.append(f"validate constraint {constraint}")
    return [f"alter table {table} {action}" for action in actions]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP CONSTRAINT; what is attached to its parent's goes along with that, unless the table is detached."""
    constraint, table = owner_of(obj.identity)
    if "parent" not in obj.definition:
        return [f"alter table {table} drop constraint {constraint}"]
    return [f"alter table {table} drop constraint if exists {constraint}"] if leaves(render) else []


def _alter_index(old: Object, new: Object, render: Render) -> list[str] | None:
    changed = differing(old.definition, new.definition)
    index = _index_of(new.identity)
    statements = index_changed(index, old, new, render)
    if statements is None or changed - {"options", "tablespace", "parent"}:
        return None
    if "parent" in new.definition and "parent" in changed:
        statements.append(f"alter index {_index_of(new.definition['parent'])} attach partition {index}")
    return statements


def _can_become(old: Definition, new: Definition) -> bool:
    """Whether what is known of the rows allows it: nothing makes a valid constraint doubtful but not enforcing it."""
    return bool(old.get("not_valid") or not new.get("not_valid"))


def _alterations(changed: set[str], new: Definition) -> list[str]:
    """Write what follows ALTER CONSTRAINT c: when a foreign key is checked, and whether (since 18)."""
    actions = []
    if changed & {"deferrable", "initially_deferred"}:
        when = "initially deferred" if new.get("initially_deferred") else "initially immediate"
        actions.append(f"deferrable {when}" if new.get("deferrable") else "not deferrable")
    if "not_enforced" in changed:
        actions.append("not enforced" if new.get("not_enforced") else "enforced")
    return actions


def _index_of(identity: str) -> str:
    """Name the index of a constraint: it has the constraint's name, in the table's schema."""
    constraint, table = owner_of(identity)
    return ".".join([*split_name(table)[:-1], constraint])


def _key(definition: Definition) -> str:
    overlaps = " without overlaps" if definition.get("without_overlaps") else ""
    distinct = " nulls not distinct" if definition.get("nulls_not_distinct") else ""
    return f"{definition['type']}{distinct} ({names(definition['columns'])}{overlaps}){_index(definition)}"


def _exclude(definition: Definition) -> str:
    where = f" where ({definition['where']})" if "where" in definition else ""
    return f"exclude using {definition['method']} ({elements(definition['elements'])}){_index(definition)}{where}"


def _index(definition: Definition) -> str:
    tablespace = f" using index tablespace {definition['tablespace']}" if "tablespace" in definition else ""
    return include(definition) + options(definition.get("options")) + tablespace


def _check(definition: Definition) -> str:
    return f"check ({definition['expression']}){' no inherit' if definition.get('no_inherit') else ''}"


def _foreign_key(definition: Definition) -> str:
    period = bool(definition.get("period"))
    body = (
        f"foreign key ({_columns(definition['columns'], period)})"
        f" references {definition['references']} ({_columns(definition['referenced_columns'], period)})"
    )
    if "match" in definition:
        body += f" match {definition['match']}"
    if "on_update" in definition:
        body += f" on update {definition['on_update']}"
    if "on_delete" in definition:
        body += f" on delete {definition['on_delete']}"
    if "on_delete_columns" in definition:
        body += f" ({names(definition['on_delete_columns'])})"
    return body


def _columns(columns: Sequence[str], period: bool) -> str:
    if not period:
        return names(columns)
    return ", ".join([*map(name, columns[:-1]), f"period {name(columns[-1])}"])


def _when(definition: Definition) -> str:
    said = ""
    if definition.get("deferrable"):
        said += " deferrable"
    if definition.get("initially_deferred"):
        said += " initially deferred"
    if definition.get("not_enforced"):
        said += " not enforced"
    if definition.get("not_valid"):
        said += " not valid"
    return said


_INDEXED = ("primary key", "unique", "exclude")
_BODIES = {
    "primary key": _key,
    "unique": _key,
    "exclude": _exclude,
    "check": _check,
    "foreign key": _foreign_key,
}

_TYPE = {"type": shape.text}
_COLUMNS = shape.ListOf(shape.bare, least=1)
_WHEN: dict[str, shape.Check] = {"deferrable": shape.true, "initially_deferred": shape.true}
_INDEX: dict[str, shape.Check] = {
    **_WHEN,
    "include": _COLUMNS,
    "options": shape.OPTIONS,
    "tablespace": shape.name,
    "parent": identities.ON_RELATION.check,
}
_KEY = shape.Record(
    {**_TYPE, "columns": _COLUMNS}, {**_INDEX, "nulls_not_distinct": shape.true, "without_overlaps": shape.true}
)
_ACTION = shape.word("restrict", "cascade", "set null", "set default")
_SHAPE = shape.Tagged(
    "type",
    {
        "primary key": _KEY,
        "unique": _KEY,
        "exclude": shape.Record(
            {**_TYPE, "method": shape.bare, "elements": ELEMENTS}, {**_INDEX, "where": syntax.EXPRESSION}
        ),
        "check": shape.Record(
            {**_TYPE, "expression": syntax.EXPRESSION},
            dict.fromkeys(("not_valid", "not_enforced", "no_inherit", "local"), shape.true),
        ),
        "foreign key": shape.Record(
            {**_TYPE, "columns": _COLUMNS, "references": shape.qualified, "referenced_columns": _COLUMNS},
            {
                **_WHEN,
                "match": shape.word("full", "partial"),
                "on_update": _ACTION,
                "on_delete": _ACTION,
                "on_delete_columns": _COLUMNS,
                **dict.fromkeys(("not_enforced", "not_valid", "period"), shape.true),
            },
        ),
    },
)

KINDS = (
    Kind(
        "constraint",
        "pg_class",
        merge={
            "type": SCALAR,
            "columns": SEQUENCE,
            "expression": SCALAR,
            "references": SCALAR,
            "referenced_columns": SEQUENCE,
            "match": SCALAR,
            "on_update": SCALAR,
            "on_delete": SCALAR,
            "on_delete_columns": SET,
            "deferrable": SCALAR,
            "initially_deferred": SCALAR,
            "not_valid": SCALAR,
            "not_enforced": SCALAR,
            "period": SCALAR,
            "without_overlaps": SCALAR,
            "no_inherit": SCALAR,
            "local": SCALAR,
            "parent": SCALAR,
            "method": SCALAR,
            "elements": SEQUENCE,
            "where": SCALAR,
            "include": SEQUENCE,
            "nulls_not_distinct": SCALAR,
            "options": SET,
            "tablespace": SCALAR,
        },
        named=identities.ON_RELATION,
        shape=_SHAPE,
        create=create,
        source="constraint",
        renames=True,
        alter=alter,
        drop=drop,
        more={"foreign_key": "pg_class", "exclusion": "pg_class"},
    ),
)
