"""The Merkle trie over the objects of a state: root → 256 buckets → groups → objects (DESIGN §2, "Size").

It is built as the engine's SQL builds it (`repo/engine/20_tree.sql`, `35_groups.sql`): each tree is a JSON object of
names and the hashes of what they name, and its own hash is that of the canonical text. A tree has two hashes, made of
the exact and of the semantic hashes of what it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring

from pggit.core.canonical import digest
from pggit.core.state import State


@dataclass(frozen=True, slots=True)
class Tree:
    """A trie: hashes by name at each of its levels.

    Attributes:
        hash: that of the root.
        buckets: two hexadecimal digits → hash of the bucket.
        groups: two hexadecimal digits → key of the group → hash of the group.
    """

    hash: str
    buckets: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]


def build(state: State, *, meant: bool = False, like: tuple[State, Tree] | None = None) -> Tree:
    """Build the trie of a state.

    Args:
        state: the objects.
        meant: the semantic trie; else the exact one.
        like: another state with its trie of the same sort, of which the hashes of equal groups are taken.
    """
    known, hashes = (like[0].groups, like[1].groups) if like else ({}, {})
    groups: dict[str, dict[str, str]] = {}
    for group, members in state.groups.items():
        at = bucket(group)
        if known.get(group) == members:
            groups.setdefault(at, {})[group] = hashes[at][group]
            continue
        entries = {key: state.meanings.get(exact, exact) for key, exact in members.items()} if meant else members
        groups.setdefault(at, {})[group] = tree_hash(entries)
    buckets = {name: tree_hash(members) for name, members in groups.items()}
    return Tree(tree_hash(buckets), buckets, groups)


def root(state: State) -> tuple[str, str]:
    """Return the exact and the semantic hash of a state's root."""
    return build(state).hash, meaning(state)


def meaning(state: State) -> str:
    """Return the semantic hash of a state's root."""
    return build(state, meant=True).hash


def meanings(a: State, b: State) -> tuple[str, str]:
    """Return the semantic hashes of the roots of two states that have much in common."""
    first = build(a, meant=True)
    return first.hash, build(b, meant=True, like=(a, first)).hash


def bucket(group: str) -> str:
    """Return the bucket of a group, two hexadecimal digits: the first byte of the SHA-256 of its key."""
    return hashlib.sha256(group.encode()).hexdigest()[:2]


def tree_hash(entries: Mapping[str, str]) -> str:
    """Return the hash of one tree, made of names and of the hashes of what they name: that of its canonical text."""
    # core.canonical writes the same, in three times the time
    ordered = sorted([(len(data := name.encode()), data, name) for name in entries])
    return digest("{" + ", ".join([f'{encode_basestring(name)}: "{entries[name]}"' for _, _, name in ordered]) + "}")
