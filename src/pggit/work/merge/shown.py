"""Conflicts as SQL: what each side has of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pggit.core.combine import Side
from pggit.core.state import State
from pggit.kinds import Object, kind_of_key
from pggit.repo.ddl import statements
from pggit.work.merge.merge import bases_of, merge_of
from pggit.work.merge.opened import choices_of

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.merge.results import Kept, OpenMerge

SIDES: tuple[Side, ...] = ("base", "ours", "theirs")

Shown = Mapping[Side, list[str] | None]
"""The lines of each side; None where it has no such object."""


def as_sql(repository: Repository, kept: OpenMerge) -> dict[str, Shown]:
    """Return what each side has of the conflicts of a merge, by their keys.

    Of a table, or any other head of a group, all that belongs to it is shown; of anything else the statement that makes
    it, and of a conflict about several objects all of them.

    Args:
        repository: the tracked database.
        kept: the merge.
    """
    bases = bases_of(repository, kept.ours, kept.theirs)
    _, merged = merge_of(repository, bases, kept.ours, kept.theirs, choices_of(kept))
    return {
        one.key: {side: _lines(one, side, merged.sides[side], repository.major) for side in SIDES}
        for one in kept.conflicts
    }


def _lines(conflict: Kept, side: Side, state: State, major: int) -> list[str] | None:
    found: list[str] = []
    for group, key in conflict.together or ((conflict.group, conflict.key),):
        members = state.groups.get(group, {})
        if key == group:
            found += _written(_objects(state, group, _own_first(group, members)), (), major)
        elif key in members:
            beside = [other for other in _own_first(group, members) if other != key]
            found += _written(_objects(state, group, [key]), _objects(state, group, beside), major)
    definition: Mapping[str, Any] | None = getattr(conflict, side)
    if not found and definition is not None:  # it has another name there
        found = _written([Object(*kind_of_key(conflict.key), definition)], [_head(conflict.group)], major)
    return found or None


def _own_first(group: str, members: Iterable[str]) -> list[str]:
    """The head of a group first, then the rest; who owns what would only be in the way."""
    return sorted((key for key in members if not key.startswith("owner ")), key=lambda key: (key != group, key))


def _objects(state: State, group: str, keys: Iterable[str]) -> list[Object]:
    return [Object(*kind_of_key(key), state.definition(group, key)) for key in keys]


def _head(group: str) -> Object:
    return Object(*kind_of_key(group), {})


def _written(objects: list[Object], beside: Iterable[Object], major: int) -> list[str]:
    made = statements(objects, list(beside), major=major)
    return [line for sql in made for line in (sql if sql.startswith("-- ") else f"{sql};").split("\n")]
