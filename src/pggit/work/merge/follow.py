"""Views and other stored queries of one side, as PostgreSQL reads them after a rename of the other side.

A query names a column without its table, so its text cannot be rewritten by looking at it. PostgreSQL can: the schema
is built in a scratch database, and the column is renamed there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pggit.apply.trial import fill
from pggit.core.errors import ConnectionFailed, PermissionDenied, PgGitError
from pggit.core.merge import Choices, Merged
from pggit.core.state import State
from pggit.kinds import valid
from pggit.plan.renamed import Rename, renamed
from pggit.plan.renames import statements
from pggit.sandbox.ownership import with_roles, without_roles
from pggit.sandbox.sandbox import open_sandbox
from pggit.settings import load
from pggit.work.merge.states import merge_states

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

_NOTHING: Choices = {}


def merge_in(repository: Repository, base: State, ours: State, theirs: State, choices: Choices = _NOTHING) -> Merged:
    """Merge two states that come from a third, as `merge_states` does; queries of both sides follow renames.

    Raises:
        InvalidDefinition: an object that one side changed is not what its kind says.
        PermissionDenied: a query has to follow, and the role may not create databases.
        ConnectionFailed: the server went away.
    """

    def follow(state: State, rename: Rename, queries: Collection[tuple[str, str]]) -> State:
        return _followed(repository, state, rename, queries)

    for side in (ours, theirs):
        valid.check_changed(base, side)
    with valid.blamed(base, ours, theirs):
        return merge_states(base, ours, theirs, repository.major, choices, follow)


def _followed(repository: Repository, state: State, rename: Rename, queries: Collection[tuple[str, str]]) -> State:
    made = renamed(state, rename, repository.major)
    with open_sandbox(repository.connection, trust=load().trust_source) as sandbox:
        try:
            fill(sandbox, without_roles(state))
            for statement in statements(rename, made, repository.major):
                sandbox.run(statement)
            read = with_roles(sandbox.read(), made)
        except (ConnectionFailed, PermissionDenied):
            raise
        except PgGitError:  # what does not load by itself is told when the merged schema is built
            return made
    for group, key in queries:
        made.put(group, key, read.definition(group, key))
    return made
