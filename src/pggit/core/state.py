"""A state: the set of objects of a schema at one moment, held by hash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pggit.core.canonical import canonical, digest, semantic

Groups = dict[str, dict[str, str]]


@dataclass(slots=True)
class State:
    """Objects by group, definitions by hash.

    Attributes:
        groups: key of the group → key of the object → exact hash of its definition.
        blobs: exact hash → canonical text of the definition.
        meanings: exact hash → semantic hash, only where the two differ.
    """

    groups: Groups = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict, repr=False, compare=False)  # text → hash: most are alike

    def add(self, group: str, key: str, text: str, meaning: str | None = None) -> None:
        """Add an object by the canonical text of its definition (``meaning``: the same without ``_`` keys)."""
        exact = self._hashes.get(text)
        if exact is None:
            exact = self._hashes[text] = digest(text)
            self.blobs[exact] = text
            if meaning is not None:
                self.meanings[exact] = digest(meaning)
        members = self.groups.get(group)
        if members is None:
            members = self.groups[group] = {}
        members[key] = exact

    def put(self, group: str, key: str, definition: dict[str, Any]) -> None:
        """Add an object by its definition."""
        core = semantic(definition)
        meaning = canonical(core) if len(core) < len(definition) else None
        self.add(group, key, canonical(definition), meaning)

    def definition(self, group: str, key: str) -> dict[str, Any]:
        """Return the definition of an object.

        Raises:
            KeyError: if there is no such object.
        """
        found: dict[str, Any] = json.loads(self.blobs[self.groups[group][key]])
        return found

    def semantic(self, exact: str) -> str:
        """Return the semantic hash that belongs to an exact one."""
        return self.meanings.get(exact, exact)

    def keys(self) -> Iterator[tuple[str, str]]:
        """Yield (group, key) of every object."""
        for group, members in self.groups.items():
            for key in members:
                yield group, key

    def __len__(self) -> int:
        return sum(map(len, self.groups.values()))


def empty_state() -> State:
    """Return the state of a database that was just created: schema public and PL/pgSQL, nothing else."""
    state = State()
    state.put("schema public", "schema public", {})
    state.put("extension plpgsql", "extension plpgsql", {"schema": "pg_catalog", "version": "1.0"})
    return state
