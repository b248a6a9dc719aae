"""The differ: two states, objects whose semantic hashes differ. It knows no kind by name (DESIGN §5)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable

from pggit.core.canonical import canonical
from pggit.core.results import Change
from pggit.core.state import State


def diff(a: State, b: State, *, only: Callable[[str, str], bool] | None = None) -> list[Change]:
    """Return what differs from ``a`` to ``b``, grouped and in a fixed order: heads of groups first.

    Args:
        a: the state before.
        b: the state after.
        only: called with (group, key); objects for which it is false are left out.
    """
    changes = []
    for group in sorted(a.groups.keys() | b.groups.keys()):
        old, new = a.groups.get(group, {}), b.groups.get(group, {})
        if old == new:
            continue
        for key in sorted(old.keys() | new.keys(), key=lambda key: (key != group, key)):
            before, after = old.get(key), new.get(key)
            if before == after or (before and after and a.semantic(before) == b.semantic(after)):
                continue
            if only and not only(group, key):
                continue
            changes.append(
                Change(
                    "create" if before is None else "drop" if after is None else "alter",
                    group,
                    key,
                    json.loads(a.blobs[before]) if before else None,
                    json.loads(b.blobs[after]) if after else None,
                )
            )
    return changes


def with_renames(changes: Iterable[Change]) -> list[Change]:
    """Put a drop and a create of one kind in one group together where it can only be a rename.

    That is: exactly one object of the kind with this definition went, and exactly one came; or, of what is left, one
    went and one came, and their definitions differ in one key at most (a NOT NULL that kept its old name, say).
    (Renames of whole groups show as drop and create; the planner asks about those.)
    """
    found = list(changes)
    renames: dict[str, Change] = {}
    gone: set[str] = set()
    for exact in (True, False):
        alike: dict[tuple[str, ...], list[Change]] = defaultdict(list)
        for change in found:
            if change.verb in ("create", "drop") and change.key not in gone and change.key not in renames:
                text = canonical(change.new or change.old or {}) if exact else ""
                alike[change.group, change.key.split(" ", 1)[0], text].append(change)
        for pair in alike.values():
            if sorted(change.verb for change in pair) != ["create", "drop"]:
                continue
            new, old = sorted(pair, key=lambda change: change.verb)
            if _differing_keys(old, new) <= 1 and new.group != new.key:
                renames[new.key] = Change("rename", new.group, new.key, old.old, new.new, old.key)
                gone.add(old.key)
    return [renames.get(change.key, change) for change in found if change.key not in gone]


def _differing_keys(old: Change, new: Change) -> int:
    before, after = old.old or {}, new.new or {}
    if before.keys() & after.keys() or before == after:
        return sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())
    return len(before) + len(after)
