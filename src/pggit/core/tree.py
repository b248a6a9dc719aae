"""The Merkle trie over the objects of a state: root → 256 buckets → groups → objects (DESIGN §2, "Size").

It is built as the engine's SQL builds it (`repo/engine/20_tree.sql`, `35_groups.sql`): each tree is a JSON object of
names and the hashes of what they name, and its own hash is that of the canonical text. A tree has two hashes, made of
the exact and of the semantic hashes of what it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pggit.core.canonical import canonical, digest
from pggit.core.state import State


@dataclass(slots=True)
class Tree:
    """A trie, exact hashes by name at each of its levels.

    Attributes:
        exact: hash of the root.
        meaning: semantic hash of the root.
        buckets: two hexadecimal digits → hash of the bucket.
        groups: two hexadecimal digits → key of the group → hash of the group.
    """

    exact: str
    meaning: str
    buckets: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)


def bucket(group: str) -> str:
    """Return the bucket of a group, two hexadecimal digits: the first byte of the SHA-256 of its key."""
    return hashlib.sha256(group.encode()).hexdigest()[:2]


def build(state: State) -> Tree:
    """Build the trie of a state."""
    groups: dict[str, dict[str, str]] = {}
    meanings: dict[str, dict[str, str]] = {}
    for group, members in state.groups.items():
        name = bucket(group)
        exact = tree_hash(members)
        groups.setdefault(name, {})[group] = exact
        private = not state.meanings.keys().isdisjoint(members.values())
        meaning = tree_hash({key: state.semantic(blob) for key, blob in members.items()}) if private else exact
        meanings.setdefault(name, {})[group] = meaning
    buckets = {name: tree_hash(members) for name, members in groups.items()}
    meant = {name: tree_hash(members) for name, members in meanings.items()}
    return Tree(tree_hash(buckets), tree_hash(meant), buckets, groups)


def root(state: State) -> tuple[str, str]:
    """Return the exact and the semantic hash of a state's root."""
    tree = build(state)
    return tree.exact, tree.meaning


def tree_hash(entries: Mapping[str, str]) -> str:
    """Return the hash of one tree: names and the hashes of what they name."""
    return digest(canonical(dict(entries)))
