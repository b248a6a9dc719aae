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
    """Return the columns of the group in the order of ``_columns``; those it does not name come last."""
    found = {}
    for obj in render.of("column"):
        bare = unquote(split_name(obj.identity)[-1])
        found[bare] = column_of(obj, render)
    order = {bare: number for number, bare in enumerate(table.definition.get("_columns", ()))}
    return sorted(found.values(), key=lambda column: order.get(column.name, len(order)))


def column_of(obj: Object, render: Render) -> Column:
    """Put a column and its default together."""
    default = render.get(f"default {obj.identity}")
    keys = (obj.key, default.key) if default else (obj.key,)
    return Column(
        name=unquote(split_name(obj.identity)[-1]),
        definition=obj.definition,
        default=default.definition["expression"] if default else None,
        keys=keys,
    )


def inherited_settings(table: Object, found: list[Column], render: Render) -> list[str]:
    """Write what a child of INHERITS says differently of columns that it does not declare.

    The parent's default is not at hand here, so a column without one drops what it may have inherited.
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
            actions.append(f"alter column {name(column.name)} drop default")
        elif not partition and not column.local:
            actions.append(f"alter column {name(column.name)} set default {column.default}")
        if definition.get("not_null") is True and not partition and not column.local and render.major < 18:
            actions.append(f"alter column {name(column.name)} set not null")
    return [f"alter {_word(table)} only {table.identity} {', '.join(actions)}"] if actions else []


def _word(table: Object) -> str:
    return "foreign table" if table.kind == "foreign table" else "table"
