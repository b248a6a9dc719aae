"""The open merge: its conflicts, and how they are resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from pggit.core.combine import Side
from pggit.core.errors import NotFound, Refused
from pggit.core.merge import Choices, Conflict, Objects, Together
from pggit.core.names import names
from pggit.kinds import kind_of_key
from pggit.repo import merges
from pggit.work.merge.results import Kept, OpenMerge

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


class MergeEnded(Refused):
    """The merge whose conflicts are looked at is not open any more."""


def open_merge(repository: Repository) -> OpenMerge | None:
    """Return the merge that stopped at conflicts, or None."""
    row = merges.current(repository)
    if row is None:
        return None
    id_, our_commit, their_commit, name, message, time, who = row
    conflicts = tuple(
        Kept(key, group, class_, tuple(attributes), base, ours, theirs, tuple((g, k) for g, k in together), *rest)
        for key, group, class_, attributes, base, ours, theirs, together, *rest in merges.conflicts(repository, id_)
    )
    return OpenMerge(id_, our_commit, their_commit, name, message, time, who, conflicts)


def required(repository: Repository) -> OpenMerge:
    """Return the open merge.

    Raises:
        Refused: there is none.
    """
    kept = open_merge(repository)
    if kept is None:
        raise Refused("no merge is open", hint="pggit merge NAME begins one.")
    return kept


def choices_of(kept: OpenMerge) -> Choices:
    """Return what was chosen for the conflicts of a merge."""
    return {one.key: _choice(one) for one in kept.conflicts if one.choice}


def taking(conflict: Conflict | Kept, side: Side) -> Side | Together:
    """Return what takes one side for a conflict."""
    return Together(side, conflict.together) if conflict.together else side


def _choice(kept: Kept) -> Side | Objects | Together:
    if kept.objects is None:
        return taking(kept, cast("Side", kept.choice))
    return Together("ours", kept.together, kept.objects) if kept.together else kept.objects


def abort(repository: Repository, *, author: str | None = None) -> OpenMerge:
    """Give up the open merge; returns it. Nothing had changed but what is kept of it.

    Raises:
        Refused: none is open.
    """
    kept = required(repository)
    merges.abort(repository, author=author)
    return kept


def resolve(
    repository: Repository,
    choice: Literal["ours", "theirs", "base"],
    *,
    objects: Iterable[str] = (),
    kind: str | None = None,
    reason: str | None = None,
    author: str | None = None,
) -> list[str]:
    """Take one side for conflicts of the open merge, in one transaction; a conflict may be resolved again.

    Args:
        repository: the tracked database.
        choice: which side.
        objects: names, or patterns with ``*``; empty: all conflicts that are not resolved.
        kind: only objects of this kind.
        reason: why, for the record.
        author: who, for the record; None: the role.

    Returns:
        The keys of the conflicts that were resolved.

    Raises:
        Refused: no merge is open.
        NotFound: no conflict is about what was named.
    """
    kept = required(repository)
    keys = chosen(kept, objects, kind)
    merges.resolve(repository, [{"key": key, "choice": choice} for key in keys], reason, author=author)
    return keys


def choose(
    repository: Repository,
    kept: OpenMerge,
    key: str,
    choice: str | None,
    *,
    objects: Mapping[str, Any] | None = None,
    reason: str | None = None,
    author: str | None = None,
) -> OpenMerge:
    """Take something for one conflict, or nothing any more; returns the merge as it is then.

    Args:
        repository: the tracked database.
        kept: the merge, as it was seen.
        key: of the conflict.
        choice: ``ours``, ``theirs``, ``base`` or ``sql``; None: it is not resolved any more.
        objects: of choice ``sql``, see `Kept`.
        reason, author: for the record.

    Raises:
        MergeEnded: that merge is not open any more.
    """
    still_open(repository, kept)
    merges.resolve(repository, [{"key": key, "choice": choice, "objects": objects}], reason, author=author)
    return still_open(repository, kept)


def still_open(repository: Repository, kept: OpenMerge) -> OpenMerge:
    """Return an open merge as it is now.

    Raises:
        MergeEnded: it is not open any more.
    """
    now = open_merge(repository)
    if now is None or now.id != kept.id:
        raise MergeEnded(f"the merge of {kept.name} was ended by somebody else")
    return now


def chosen(kept: OpenMerge, objects: Iterable[str], kind: str | None) -> list[str]:
    """Return the keys of the conflicts that are meant; see `resolve`.

    Raises:
        NotFound: no conflict is about what was named.
    """
    written = list(objects)
    found = [one for one in kept.conflicts if kind is None or kind_of_key(one.key)[0] == kind]
    if not written:
        keys = [one.key for one in found if one.choice is None or kind is not None]
        if not keys:
            raise NotFound("no conflict is left" if kind is None else f"no conflict is about a {kind}")
        return keys
    for name in written:
        if not any(_meant(one.key, name) for one in found):
            raise NotFound(f"no conflict is about {name}", hint="pggit conflicts lists them.")
    return [one.key for one in found if any(_meant(one.key, name) for name in written)]


def _meant(key: str, name: str) -> bool:
    if "*" not in name:
        return names(key, name)
    from fnmatch import fnmatchcase

    return fnmatchcase(key, name) or fnmatchcase(kind_of_key(key)[1], name)
