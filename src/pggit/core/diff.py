"""The differ: two states, objects whose semantic hashes differ. It knows no kind by name (DESIGN §5)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

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


def with_renames(changes: Iterable[Change], kind_of: Callable[[str], str | None]) -> list[Change]:
    """Put a drop and a create of one kind in one group together where it can only be a rename.

    That is: within one group exactly one object of the kind with this definition went, and exactly one came; or, of
    what is left, one went and one came, and their definitions differ in one key (a NOT NULL that kept its name). What
    hangs on a renamed object under its name (its comment, its grants) was renamed along.
    (Renames of whole groups show as drop and create; the planner asks about those.)

    Args:
        changes: as `diff` returns them.
        kind_of: from a key to the name of its kind, or None where PostgreSQL cannot rename an object of that kind.
    """
    found = list(changes)
    renames: list[tuple[Change, Change]] = []
    names: list[tuple[str, str, str]] = []
    paired: set[int] = set()
    for exact in (True, False):
        for kind, gone, new in _pairs(found, kind_of, paired, exact):
            renames.append((gone, new))
            paired |= {id(gone), id(new)}
            names += [
                (new.group, gone.key, new.key),
                (new.group, gone.key[len(kind) + 1 :], new.key[len(kind) + 1 :]),
            ]
    renames += _along([change for change in found if kind_of(change.key) is None], names)
    by_new = {(new.group, new.key): old for old, new in renames}
    left = {(old.group, old.key) for old, _ in renames}
    return [
        Change("rename", change.group, change.key, before.old, change.new, before.key)
        if (before := by_new.get((change.group, change.key)))
        else change
        for change in found
        if (change.group, change.key) not in left
    ]


def _pairs(
    changes: list[Change], kind_of: Callable[[str], str | None], paired: set[int], exact: bool
) -> list[tuple[str, Change, Change]]:
    """Return (kind, dropped, created) of those that have only each other."""
    alike: dict[tuple[str, str, str], list[Change]] = defaultdict(list)
    for change in changes:
        kind = kind_of(change.key) if change.verb in ("create", "drop") else None
        if kind is not None and id(change) not in paired:
            alike[change.group, kind, canonical(change.new or change.old or {}) if exact else ""].append(change)
    found = []
    for (_, kind, _), pair in alike.items():
        if sorted(change.verb for change in pair) == ["create", "drop"]:
            new, gone = sorted(pair, key=lambda change: change.verb)
            if exact or _differ_in_one_key(gone.old or {}, new.new or {}):
                found.append((kind, gone, new))
    return found


def _differ_in_one_key(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    differing = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
    return len(differing) == 1 and bool(old.keys() & new.keys() - set(differing))


def _along(changes: list[Change], names: list[tuple[str, str, str]]) -> Iterator[tuple[Change, Change]]:
    """Yield the drop and the create of what hangs on renamed objects: (group, old name, new name) ends its key."""
    created = {(change.group, change.key): change for change in changes if change.verb == "create"}
    dropped = [change for change in changes if change.verb == "drop"]
    for group, old, new in names:
        for change in dropped:
            if change.group == group and change.key.endswith(" " + old):
                match = created.get((group, change.key[: -len(old)] + new))
                if match and match.new == change.old:
                    yield change, match
