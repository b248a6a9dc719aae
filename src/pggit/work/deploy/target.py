"""Where a deployment goes."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import quote

from pggit.core.backoff import Backoff
from pggit.core.errors import NotFound, Refused, UsageError
from pggit.db.address import place
from pggit.db.connect import connection_parameters, with_password
from pggit.db.named_hosts import require_named, without_secrets
from pggit.repo.states import is_url
from pggit.sections import BACKUPS, Remote
from pggit.settings import secret

if TYPE_CHECKING:
    from pggit.settings import Settings

BackupKind = Literal["full", "schema", "none"]


@dataclass(frozen=True, slots=True)
class Target:
    """A remote, with all that is needed to reach it.

    Attributes:
        name: what it is called in messages.
        url: a connection string; it may hold a password: never show it.
        state: directory for backups and for what the breaker knows.
        environment: name of the environment that it is of, or None.
        protected: what forbids deploying there, such as ``remote production``; None where nothing does.
        backup: what is backed up before a change.
        retries: how often connecting is tried again.
        backoff: how the waiting between two attempts grows.
        breaker_after: so many failures in a row open the circuit breaker; 0: it never opens.
        breaker_seconds: for so long it stays open.
        forbidden: what else is protected, and where it is: the database must be none of these. The connection strings
            may hold passwords.
    """

    name: str
    url: str = field(repr=False)
    state: Path
    environment: str | None = None
    protected: str | None = None
    backup: BackupKind = "full"
    retries: int = 4
    backoff: Backoff = "exponential"
    breaker_after: int = 10
    breaker_seconds: float = 60.0
    forbidden: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def file_name(self) -> str:
        """The name as part of names of files."""
        return quote(self.name, safe="@")


def find_target(settings: Settings, to: str, *, environment: str | None = None, backup: str | None = None) -> Target:
    """Find what ``--to`` names.

    Args:
        settings: with the remotes and environments.
        to: the name of a remote, or a connection string.
        environment: the environment, where the remote does not say it.
        backup: ``full``, ``schema`` or ``none``, where it shall not be as the remote says.

    Raises:
        NotFound: there is no such remote or environment.
        UsageError: the remote is of another environment, its URL is missing or not valid, its password is not set.
        Refused: its password would go to a host that only the project's file names.
    """
    if backup is not None and backup not in BACKUPS:
        raise UsageError(f"--backup is one of {', '.join(BACKUPS)}, not {backup!r}")
    remote = settings.remotes.get(to)
    if remote is None:
        if not is_url(to):
            raise NotFound(f"there is no remote {to}", hint=_near(to, settings.remotes, "remotes"))
        remote = _same_place(to, settings) or Remote(_short_name(to), url=to)
        remote = replace(remote, url=to)
    else:
        _require_named(settings, remote)
    of = _environment(settings, remote, environment)
    return Target(
        name=remote.name,
        url=_url(remote),
        state=settings.data_dir,
        environment=of,
        protected=_protected(settings, remote, of),
        backup=cast(BackupKind, backup or remote.backup),
        retries=remote.retries,
        backoff=cast(Backoff, remote.backoff),
        breaker_after=remote.breaker_after,
        breaker_seconds=remote.breaker_seconds,
        forbidden=tuple(_forbidden(settings)),
    )


def _same_place(url: str, settings: Settings) -> Remote | None:
    """Return the remote that a URL leads to, too, so that its protection does not depend on how it is named."""
    connection_parameters(url)  # says what is wrong with it
    return next((one for one in settings.remotes.values() if one.url and place(one.url) == place(url)), None)


def _short_name(url: str) -> str:
    """Make a name for a URL: its database, and what tells its server from others."""
    where = place(url)
    return f"{where[2] or 'database'}-{hashlib.sha256(repr(where).encode()).hexdigest()[:8]}"


def _environment(settings: Settings, remote: Remote, given: str | None) -> str | None:
    if given and remote.environment and given != remote.environment:
        raise UsageError(f"remote {remote.name} is of environment {remote.environment}, not {given}")
    name = given or remote.environment
    if name is not None and name not in settings.environments:
        raise NotFound(f"there is no environment {name}", hint=_near(name, settings.environments, "environments"))
    return name


def _protected(settings: Settings, remote: Remote, environment: str | None) -> str | None:
    if remote.protected:
        return f"remote {remote.name}"
    if (
        environment is not None
        and environment in settings.environments
        and settings.environments[environment].protected
    ):
        return f"environment {environment}"
    return None


def _require_named(settings: Settings, remote: Remote) -> None:
    """Check that a remote of the project's file sends no secret where the user has not named the host."""
    if remote.url and remote.name not in settings.own_remotes:
        require_named(remote.url, settings, f"remote {remote.name}", variable=remote.password_env)


def _forbidden(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what is protected in the settings, with its connection string."""
    for remote in settings.remotes.values():
        protected = _protected(settings, remote, remote.environment)
        if protected and remote.url:
            with_secret = remote.password_env is None or secret(remote.password_env) is not None
            yield (
                protected,
                _url(remote) if with_secret and _is_named(settings, remote) else without_secrets(remote.url),
            )


def _is_named(settings: Settings, remote: Remote) -> bool:
    try:
        _require_named(settings, remote)
    except Refused:
        return False
    return True


def _url(remote: Remote) -> str:
    if not remote.url:
        raise UsageError(f"remote {remote.name} has no url", hint=f'[remotes.{remote.name}] url = "postgresql://…"')
    if remote.password_env is None:
        return with_password(remote.url)
    password = secret(remote.password_env)
    if password is None:
        raise UsageError(
            f"the password of remote {remote.name} is not set",
            hint=f"its password_env says that it is in the environment variable {remote.password_env}.",
        )
    return with_password(remote.url, password)


def _near(name: str, known: Iterable[str], what: str) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"{what} are: {', '.join(names)}" if names else f"[{what}.{name}] in .pggit.toml makes it."
