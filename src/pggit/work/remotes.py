"""The names of other repositories, and where they are.

A name is looked for in the settings file (`[remotes.NAME]`), then in what `remote add` wrote into the store, then
among the worktrees: in a worktree ``origin`` is the database that it is a clone of, and the worktrees of that have
their own names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, Refused, UsageError
from pggit.db.connect import connect, connection_parameters, connection_url, with_password
from pggit.db.database import maintenance
from pggit.db.redact import redact_url
from pggit.db.stored_url import refuse_parameters, without_credentials
from pggit.db.untrusted import answering
from pggit.repo.repository import Repository
from pggit.repo.share.stored import added_remotes, set_remote
from pggit.work.deploy.target import find_target
from pggit.work.worktree.look import number_of, origin_of, worktrees_of

if TYPE_CHECKING:
    from pggit.settings import Settings

ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Remote:
    """Another repository.

    Attributes:
        name: what it is called here.
        url: where it is, without a password.
        source: who says so: ``settings``, ``repository`` or ``worktree``.
    """

    name: str
    url: str
    source: str


def remotes(settings: Settings, repository: Repository) -> list[Remote]:
    """Return the remotes by name; of one name in two places only the one that is used."""
    found = {name: Remote(name, redact_url(url), "worktree") for name, url in related(repository).items()}
    found |= {
        name: Remote(name, redact_url(url), "repository") for name, url in added_remotes(repository.connection).items()
    }
    found |= {name: Remote(name, redact_url(one.url), "settings") for name, one in settings.remotes.items()}
    return [found[name] for name in sorted(found)]


def add_remote(settings: Settings, repository: Repository, name: str, url: str) -> bool:
    """Write into the store where another repository is. No connection is made.

    Args:
        settings: of the project.
        repository: the tracked database.
        name: what it is to be called.
        url: a connection string; a password in it is not kept.

    Returns:
        Whether there was a password in it.

    Raises:
        UsageError: the name or the connection string is not valid.
        Refused: there is a remote of this name, or the connection string says more than where it is.
        PermissionDenied: the role is not an admin of the repository.
    """
    parameters = connection_parameters(url)
    refuse_parameters(url)
    known = {one.name: one for one in remotes(settings, repository)}
    if name in known:
        raise Refused(f"there is a remote {name}, at {known[name].url}")
    if "/" in name:
        raise UsageError(f"{name!r} is no name for a remote", hint="it goes before the branch: NAME/BRANCH.")
    if not parameters.get("dbname"):
        raise UsageError("the connection string names no database", hint="postgresql://user@host:5432/name")
    set_remote(repository.connection, name, without_password(url))
    return bool(parameters.get("password"))


def remove_remote(repository: Repository, name: str) -> None:
    """Forget a remote that `add_remote` wrote down, and where its branches were.

    Raises:
        NotFound: there is none of this name.
    """
    if name not in added_remotes(repository.connection):
        raise NotFound(f"no remote {name} was added", hint="The settings file and worktrees are not touched.")
    set_remote(repository.connection, name, None)


def url_of(settings: Settings, repository: Repository, name: str) -> str:
    """Return the connection string of a remote. It may hold a password: never show it.

    Raises:
        NotFound: there is none of this name.
        UsageError: its connection string is not valid; or it is in the settings file, and its URL or password is
            missing.
        Refused: it is in the store, and its connection string says more than where it is.
    """
    if name in settings.remotes:
        return find_target(settings, name).url
    added = added_remotes(repository.connection).get(name)
    if added is not None:
        connection_parameters(added)  # says what is wrong with it
        return without_credentials(added, repository.connection)
    found = related(repository).get(name)
    if found is None:
        names = [one.name for one in remotes(settings, repository)]
        hint = f"Remotes are: {', '.join(names)}" if names else "pggit remote add NAME URL adds one."
        raise NotFound(f"there is no remote {name}", hint=hint)
    return found


def without_password(url: str) -> str:
    """A connection string in the form ``postgresql://…``, to be kept."""
    return with_password(url, "")


@contextmanager
def opened(settings: Settings, repository: Repository, name: str) -> Iterator[Repository]:
    """Connect to a remote for as long as the block lasts; errors as of `url_of` and `connect`."""
    with Repository(connect(url_of(settings, repository, name))) as there, answering(there.connection, name):
        yield there


def default_remote(settings: Settings, repository: Repository) -> str:
    """Return the remote that is meant where none is named: ``origin``, or the only one.

    Raises:
        UsageError: there is none, or several.
    """
    names = [one.name for one in remotes(settings, repository)]
    if ORIGIN in names:
        return ORIGIN
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError("there is no remote", hint="pggit remote add NAME URL adds one.")
    raise UsageError("there are several remotes and none is called origin", hint=f"Name one of {', '.join(names)}.")


def related(repository: Repository) -> dict[str, str]:
    """Return where the origin and the other worktrees of a database are, by name, with the connection's credentials.

    They may hold a password: never show them.
    """
    here = repository.database
    with closing(maintenance(connection_url(repository.connection))) as connection:
        origin = origin_of(connection, here)
        number = origin[0] if origin else number_of(connection, here)
        trees = [one.name for one in worktrees_of(connection, number) if one.name != here]
        found = {name: connection_url(connection, name) for name in trees}
        if origin:
            found[ORIGIN] = connection_url(connection, origin[1])
    return found
