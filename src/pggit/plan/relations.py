"""The relations of a state, found by what a statement may say of them: a name, a parent, a type."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from pggit.core.identity import split_name, split_on
from pggit.core.state import State

_HEADS = ("table ", "view ", "materialized view ", "foreign table ", "sequence ", "composite ")
STORED = ("table ", "materialized view ")
"""Beginnings of the keys of what has rows of its own."""


class Relations:
    """The relations of a state.

    Args:
        state: it is not changed.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    @cached_property
    def _heads(self) -> dict[str, str]:
        return {group[len(head) :]: group for group in self.state.groups for head in _HEADS if group.startswith(head)}

    @cached_property
    def _indexes(self) -> dict[str, str]:
        """Indexes by name; that of a constraint has the name of the constraint, in the schema of its table."""
        found: dict[str, str] = {}
        for group, key in self.state.keys():
            if key.startswith("index "):
                found[key[6:]] = group
            elif key.startswith("constraint "):
                constraint, table = split_on(key[11:])
                # which constraints have an index, nobody need know who asks by the name of one
                schema = split_name(table)[0] if '"' in table else table.split(".", 1)[0]
                found.setdefault(f"{schema}.{constraint}", group)
        return found

    def relation(self, name: str) -> str | None:
        """Return the group of a table, view, sequence … by its qualified name, quoted as `quote_ident` does."""
        return self._heads.get(name)

    def index(self, name: str) -> str | None:
        """Return the key of the group to which an index belongs, by its qualified name."""
        return self._indexes.get(name)

    @cached_property
    def _partitions(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        children = {exact for exact, text in self.state.blobs.items() if '"partition_of": ' in text}
        for group, members in self.state.groups.items():
            if members.get(group) in children:
                found.setdefault(self.definition(group)["partition_of"], []).append(group)
        return found

    def partitions(self, name: str) -> list[str]:
        """Return the groups of all partitions of a table, by its qualified name."""
        return self._partitions.get(name, [])

    def default_partition(self, name: str) -> str | None:
        """Return the group of the default partition of a table, by the table's qualified name."""
        return next((p for p in self.partitions(name) if self.definition(p)["bound"] == "DEFAULT"), None)

    def having(self, type_name: str) -> list[str]:
        """Return the groups of all tables with a column of this type, or of an array of it."""
        written = (f'"type": {json.dumps(type_name + end, ensure_ascii=False)}' for end in ("", "[]"))
        patterns = tuple(written)
        blobs = {exact for exact, text in self.state.blobs.items() if any(pattern in text for pattern in patterns)}
        return sorted(
            {
                group
                for group, members in self.state.groups.items()
                if group.startswith(STORED)
                for key, exact in members.items()
                if exact in blobs and (key == group or key.startswith("column "))
            }
        )

    def definition(self, group: str, key: str | None = None) -> dict[str, Any]:
        """Return the definition of an object of a group (its head where no key is given); empty if there is none."""
        if (key or group) not in self.state.groups.get(group, {}):
            return {}
        return self.state.definition(group, key or group)
