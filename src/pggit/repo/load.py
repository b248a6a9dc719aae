"""Loading a state from the store, level by level: only what differs from a state that is at hand is fetched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pggit.core import tree
from pggit.core.state import State

Query = Callable[..., list[tuple[Any, ...]]]

_ENTRIES = (
    "select e.key, e.value from pggit.tree as t cross join jsonb_each_text(t.entries) as e"
    " where t.hash = any (%s::bytea[])"
)
_OBJECTS = (
    "select g.key, o.key, o.value from unnest(%s::text[], %s::bytea[]) as g(key, hash)"
    " join pggit.tree as t on t.hash = g.hash cross join jsonb_each_text(t.entries) as o"
)
_BLOBS = (
    "select encode(b.hash, 'hex'), b.definition::text, case when b.meaning <> b.hash then encode(b.meaning, 'hex') end"
    " from pggit.blob as b where b.hash = any (%s::bytea[])"
)


def load_state(query: Query, root: bytes | None, like: State) -> State:
    """Return the state of a tree.

    Args:
        query: runs a query and returns its rows.
        root: hash of the tree; None is the empty one.
        like: a state that may have much in common with it; equal groups and definitions are taken from there.
    """
    found = State()
    if root is None:
        return found
    known = tree.build(like)
    buckets: dict[str, str] = dict(query(_ENTRIES, [root]))
    changed = [_bytes(hash_) for name, hash_ in buckets.items() if known.buckets.get(name) != hash_]
    for name in buckets.keys() & known.buckets.keys():
        if known.buckets[name] == buckets[name]:
            found.groups |= {group: like.groups[group] for group in known.groups[name]}
    wanted = {}
    for group, hash_ in query(_ENTRIES, changed) if changed else ():
        if known.groups.get(tree.bucket(group), {}).get(group) == hash_:
            found.groups[group] = like.groups[group]
        else:
            wanted[group] = _bytes(hash_)
    missing = set()
    for group, key, blob in query(_OBJECTS, list(wanted), list(wanted.values())) if wanted else ():
        found.groups.setdefault(group, {})[key] = blob
        if blob not in like.blobs:
            missing.add(blob)
    found.blobs = dict(like.blobs)
    found.meanings = dict(like.meanings)
    for blob, text, meaning in query(_BLOBS, [_bytes(blob) for blob in sorted(missing)]) if missing else ():
        found.blobs[blob] = text
        if meaning is not None:
            found.meanings[blob] = meaning
    return found


def load_live(query: Query, like: State) -> State:
    """Return the live schema as far as this role may only look: the tree of HEAD, with the groups that differ from it.

    Args:
        query: runs a query and returns its rows.
        like: as `load_state` takes it.
    """
    ((root,),) = query("select pggit.tree_of('HEAD')")
    found = load_state(query, root, like)
    rows = query("select group_key, key, definition from pggit.live_objects(%s)", root)
    for group in {group for group, *_ in rows}:
        found.groups.pop(group, None)
    for group, key, definition in rows:
        if key is not None:
            found.put(group, key, json.loads(definition))
    return found


def _bytes(hash_: str) -> bytes:
    return bytes.fromhex(hash_)
