"""The merged schema in a scratch database: whether PostgreSQL takes it, and how it reads what was combined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.apply.trial import fill
from pggit.core.diff import diff
from pggit.core.errors import ConnectionFailed, PermissionDenied, PgGitError
from pggit.core.merge import Conflict, Merged
from pggit.core.results import Change
from pggit.core.state import State
from pggit.kinds.difference import differing
from pggit.sandbox.ownership import with_roles, without_roles
from pggit.sandbox.sandbox import open_sandbox
from pggit.settings import load
from pggit.work.merge.clashes import clashes

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

_WRITTEN_BY_POSTGRESQL = {
    "columns", "elements", "expression", "expressions", "where", "query", "using", "check", "when", "generated",
    "default", "sql_body", "partition_key", "bound",
}  # fmt: skip
"""Keys with expressions, which read otherwise where a type has changed: with a cast more, or less."""


@dataclass(frozen=True, slots=True)
class Built:
    """What came of building a merged schema.

    Attributes:
        state: the merged state, in which what neither side has as it is now (a view of which both changed lines) is as
            PostgreSQL reads it.
        refused: what PostgreSQL said where it does not load, else None.
        conflicts: why it does not, as far as that was found.
    """

    state: State
    refused: str | None = None
    conflicts: tuple[Conflict, ...] = ()


def built(repository: Repository, merged: Merged) -> Built:
    """Build a merged schema in a scratch database on the same server.

    Args:
        repository: the tracked database.
        merged: without conflicts that are not resolved.

    Raises:
        PermissionDenied: the role may not create databases.
        ConnectionFailed: the server went away.
    """
    trust = load().trust_source
    with open_sandbox(repository.connection, trust=trust) as sandbox:
        try:
            fill(sandbox, without_roles(merged.state))
            read = with_roles(sandbox.read(), merged.state)
        except (ConnectionFailed, PermissionDenied):
            raise
        except PgGitError as error:
            refused = error.message
        else:
            other = read_back(read, merged)
            return Built(merged.state, f"{other} reads otherwise when it is built" if other else None)
    with open_sandbox(repository.connection, trust=trust) as sandbox:
        return Built(merged.state, refused, clashes(sandbox, merged))


def read_back(read: State, merged: Merged) -> str | None:
    """Take into a merged state what was combined as it was read.

    Args:
        read: the state of the database in which it was built.
        merged: the merged schema; its state is changed.

    Returns:
        The key of an object that was to be as a side has it and is not; else None.
    """
    for change in diff(merged.state, read):
        if change.old is None or change.new is None:
            return change.key
        if _is_as_a_side_has_it(merged, change) and differing(change.old, change.new) - _WRITTEN_BY_POSTGRESQL:
            return change.key
        private = {name: value for name, value in change.old.items() if name.startswith("_")}
        merged.state.put(change.group, change.key, {**change.new, **private})
    return None


def _is_as_a_side_has_it(merged: Merged, change: Change) -> bool:
    exact = merged.state.groups[change.group][change.key]
    return any(side.groups.get(change.group, {}).get(change.key) == exact for side in merged.sides.values())
