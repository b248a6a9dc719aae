"""What of a live database its repository tracks, by the settings ``ignore``, ``ignore_kinds`` and ``include_kinds``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pggit.kinds import kind_of_key, kinds
from pggit.repo.states import Side, in_store

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

Test = Callable[[str, str], bool]


def optional_kinds(repository: Repository | None, *expressions: str) -> bool:
    """Whether commits among these states hold kinds that are read on request only (roles)."""
    return _in_store(repository, expressions) is not None and bool(_words(repository, "include_kinds"))


def tracked(repository: Repository | None, sides: Sequence[Side]) -> Test | None:
    """Return which objects count where the live schema is compared with a commit: those that the repository tracks.

    Args:
        repository: the tracked database, if there is one.
        sides: the states that are compared.

    Returns:
        A test of (group, key), or None where everything counts.
    """
    found = _in_store(repository, [side.expression for side in sides])
    if found is None:
        return None
    left_out = {name for name, kind in kinds().items() if kind.optional} - set(_words(found, "include_kinds"))
    left_out |= set(_words(found, "ignore_kinds"))
    ignored = found.ignored({group for side in sides for group in side.state.groups})
    return lambda group, key: group not in ignored and not {kind_of_key(key)[0], kind_of_key(group)[0]} & left_out


def _in_store(repository: Repository | None, expressions: Sequence[str]) -> Repository | None:
    """Return the repository where it answers for one of these states by a commit."""
    if repository is None or not any(in_store(one) and one != "work" for one in expressions):
        return None
    return repository


def _words(repository: Repository | None, setting: str) -> list[str]:
    assert repository is not None
    return [word.strip() for word in repository.settings().get(setting, "").split(",") if word.strip()]
