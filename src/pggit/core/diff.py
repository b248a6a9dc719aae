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

    That is: within one group exactly one object of the kind with this definition went, and exactly one came.
    (Renames of whole groups show as drop and create; the planner asks about those.)
    """
    found = list(changes)
    alike: dict[tuple[str, str, str], list[Change]] = defaultdict(list)
    for change in found:
        if change.verb in ("create", "drop"):
            alike[change.group, change.key.split(" ", 1)[0], canonical(change.new or change.old or {})].append(change)
    renames: dict[str, Change] = {}
    gone = set()
    for (group, _, _), pair in alike.items():
        if sorted(change.verb for change in pair) == ["create", "drop"]:
            new, old = sorted(pair, key=lambda change: change.verb)
            renames[new.key] = Change("rename", group, new.key, old.old, new.new, old.key)
            gone.add(old.key)
    return [renames.get(change.key, change) for change in found if change.key not in gone]
