"""What is chosen for conflicts one after the other: every choice is stored at once, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pggit.work.merge.byhand import resolve_by_sql
from pggit.work.merge.opened import choose, still_open
from pggit.work.merge.shown import Shown, as_sql

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.merge.results import Kept, OpenMerge


class Session:
    """The conflicts of an open merge, and the one that is looked at.

    Args:
        repository: the tracked database.
        kept: the merge.
        keys: of the conflicts that are shown.
        reason: for the record, where none is given for a conflict.
        author: for the record.

    Attributes:
        at: number of the conflict that is looked at, from 0.
        scroll: how many lines of it are above the screen.
        message: what the last key did.
    """

    def __init__(
        self, repository: Repository, kept: OpenMerge, keys: Sequence[str], *, reason: str | None, author: str | None
    ) -> None:
        self.kept = kept
        self.at = 0
        self.scroll = 0
        self.message = ""
        self._repository = repository
        self._keys = list(keys)
        self._reason = reason
        self._author = author
        self._reasons: dict[str, str] = {}
        self._shown = as_sql(repository, kept)
        self._before: list[Kept] = []
        if self.current.choice is not None:
            self._go_to_unresolved()

    @property
    def conflicts(self) -> list[Kept]:
        """The conflicts that are shown, as they are now."""
        by_key = {one.key: one for one in self.kept.conflicts}
        return [by_key[key] for key in self._keys]

    @property
    def current(self) -> Kept:
        """The conflict that is looked at."""
        return self.conflicts[self.at]

    @property
    def left(self) -> int:
        """How many conflicts of the merge are not resolved."""
        return sum(one.choice is None for one in self.kept.conflicts)

    @property
    def shown(self) -> Shown:
        """What each side has of the current conflict, as lines of SQL."""
        return self._shown[self.current.key]

    def reason_of(self, conflict: Kept) -> str | None:
        """Return the reason that a conflict has, or will have with the next choice."""
        return self._reasons.get(conflict.key) or conflict.reason or self._reason

    def take(self, side: str) -> None:
        """Take one side for the current conflict, and go to the next that is not resolved.

        Raises:
            MergeEnded: the merge is not open any more.
        """
        one = self.current
        self._store(one, side)
        self.message = f"{side}: {one.key}"
        self._go_to_unresolved()

    def edit(self, text: str) -> None:
        """Take what SQL makes of our side for the current conflict.

        Raises:
            PgGitError: as `resolve_by_sql` does; nothing is chosen.
        """
        one = self.current
        still_open(self._repository, self.kept)
        resolve_by_sql(self._repository, one.key, text, name="the SQL", reason=self.reason_of(one), author=self._author)
        self.kept = still_open(self._repository, self.kept)
        self._before.append(one)
        self.message = f"as edited: {one.key}"
        self._go_to_unresolved()

    def give_reason(self, text: str) -> None:
        """Write down why; where the current conflict is resolved, at once."""
        one = self.current
        self._reasons[one.key] = text
        if one.choice is not None:
            self._store(one, one.choice)
        self.message = "The reason is stored." if one.choice else "The reason is stored with the choice."

    def undo(self) -> None:
        """Take back the last choice; the conflict is as it was before."""
        if not self._before:
            self.message = "Nothing is to be undone."
            return
        one = self._before.pop()
        self.kept = choose(
            self._repository,
            self.kept,
            one.key,
            one.choice,
            objects=one.objects,
            reason=one.reason,
            author=self._author,
        )
        self._look(self._keys.index(one.key))
        self.message = f"undone: {one.key}"

    def move(self, by: int) -> None:
        """Go to the next conflict, or to the one before."""
        self._look((self.at + by) % len(self._keys))
        self.message = ""

    def skip(self) -> None:
        """Leave the current conflict, and go to the next that is not resolved."""
        self.message = ""
        self._go_to_unresolved()

    def _store(self, one: Kept, choice: str) -> None:
        self.kept = choose(
            self._repository,
            self.kept,
            one.key,
            choice,
            objects=one.objects if choice == "sql" else None,
            reason=self.reason_of(one),
            author=self._author,
        )
        self._before.append(one)

    def _go_to_unresolved(self) -> None:
        found = self.conflicts
        for step in range(1, len(found) + 1):
            at = (self.at + step) % len(found)
            if found[at].choice is None:
                self._look(at)
                return

    def _look(self, at: int) -> None:
        self.at = at
        self.scroll = 0
