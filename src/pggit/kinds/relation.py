"""What tables and foreign tables share: their columns as CREATE writes them, and what a child says differently."""

from __future__ import annotations

from dataclasses import dataclass

from pggit.core.identity import split_name, split_on, unquote
from pggit.kinds.ddl import name
from pggit.kinds.kind import Definition, Object, Render


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its default."""

    name: str
    definition: Definition
    default: str | None
    keys: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Whether the table itself declares it, not only what it inherits from."""
        return not self.definition.get("inherited") or bool(self.definition.get("local"))


def relation_of(identity: str) -> tuple[str, str]:
    """Split ``public.t.c`` into relation and column, both as they were written."""
    *relation, column = split_name(identity)
    return ".".join(relation), column


def owner_of(identity: str) -> tuple[str, str]:
    """Split ``c on public.t`` into name and relation."""
    return split_on(identity)


def columns(table: Object, render: Render) -> list[Column]:
    """Return the columns of the group in the order of ``_columns``; those it does not name come last.

    A column that is to be made apart is left out.
    """
    found = {}
    for obj in render.of("column"):
        if obj.key in render.apart:
            continue
        bare = unquote(split_name(obj.identity)[-1])
        found[bare] = column_of(obj, render)
    order = {bare: number for number, bare in enumerate(table.definition.get("_columns", ()))}
    return sorted(found.values(), key=lambda column: order.get(column.name, len(order)))


def column_of(obj: Object, render: Render) -> Column:
    """Put a column and its default together, unless that is to be made apart."""
    default = render.get(f"default {obj.identity}")
    if default and default.key in render.apart:
        default = None
    keys = (obj.key, default.key) if default else (obj.key,)
    return Column(
        name=unquote(split_name(obj.identity)[-1]),
        definition=obj.definition,
        default=default.definition["expression"] if default else None,
        keys=keys,
    )


def parents(table: Object | None) -> list[str]:
    """Return what a table inherits from or is a partition of."""
    if table is None:
        return []
    definition = table.definition
    return [definition["partition_of"]] if "partition_of" in definition else list(definition.get("inherits", ()))


def leaves(render: Render) -> bool:
    """Whether the group's table ceases to be the child of another: what it had from there is its own then."""
    head = render.head
    was = render.was(head.key)
    return was is not None and not set(parents(was)) <= set(parents(head))


def joins(render: Render) -> bool:
    """Whether the group's table becomes the child of another."""
    head = render.head
    was = render.was(head.key)
    return was is not None and not set(parents(head)) <= set(parents(was))


def typed(render: Render) -> bool:
    """Whether the table is and stays one OF a composite type: its columns change with the type."""
    head = render.head
    was = render.was(head.key) or head
    return "type" in head.definition and was.definition.get("type") == head.definition["type"]


def leaving(old: Object, new: Object) -> list[str]:
    """Write what ends the ties of a table to its parents and its type, before anything else of it changes."""
    a, b = old.definition, new.definition
    statements = []
    if "partition_of" in a and (a["partition_of"], a["bound"]) != (b.get("partition_of"), b.get("bound")):
        statements.append(f"alter table {a['partition_of']} detach partition {old.identity}")
    kept = _kept(a.get("inherits", []), b.get("inherits", []))
    gone = [parent for parent in a.get("inherits", ()) if parent not in kept]
    statements += [f"alter {_word(old)} {old.identity} no inherit {parent}" for parent in gone]
    if "type" in a and a["type"] != b.get("type"):
        statements.append(f"alter table {old.identity} not of")
    return statements


def joining(old: Object, new: Object) -> list[str]:
    """Write what makes a table the child of its parents or one of a type, after its columns are as they shall be."""
    a, b = old.definition, new.definition
    statements = []
    if "type" in b and a.get("type") != b["type"]:
        statements.append(f"alter table {new.identity} of {b['type']}")
    kept = _kept(a.get("inherits", []), b.get("inherits", []))
    come = b.get("inherits", [])[len(kept) :]
    statements += [f"alter {_word(new)} {new.identity} inherit {parent}" for parent in come]
    if "partition_of" in b and (b["partition_of"], b["bound"]) != (a.get("partition_of"), a.get("bound")):
        statements.append(f"alter table {b['partition_of']} attach partition {new.identity} {b['bound']}")
    return statements


def _kept(old: list[str], new: list[str]) -> list[str]:
    """Return the parents that may stay: INHERIT adds at the end, so these are the first ones in the same order."""
    kept: list[str] = []
    for parent in new:
        if [one for one in old if one in (*kept, parent)] != [*kept, parent]:
            break
        kept.append(parent)
    return kept


def inherited_settings(table: Object, found: list[Column], render: Render) -> list[str]:
    """Write what a child of INHERITS says differently of columns that it does not declare.

    Where it is not known what defaults the parents have, a column without one drops what it may have inherited.
    """
    if "inherits" not in table.definition and "partition_of" not in table.definition:
        return []
    partition = "partition_of" in table.definition
    actions = []
    for column in found:
        definition = column.definition
        if not definition.get("inherited") or "generated" in definition or "identity" in definition:
            continue
        if column.default is None:
            if render.parents_defaults is not None and column.name not in render.parents_defaults:
                continue
            actions.append(f"alter column {name(column.name)} drop default")
        elif not partition and not column.local:
            actions.append(f"alter column {name(column.name)} set default {column.default}")
        if definition.get("not_null") is True and not partition and not column.local and render.major < 18:
            actions.append(f"alter column {name(column.name)} set not null")
    return [f"alter {_word(table)} only {table.identity} {', '.join(actions)}"] if actions else []


def _word(table: Object) -> str:
    return "foreign table" if table.kind == "foreign table" else "table"
