"""Where a deployment goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from pggit.core.backoff import Backoff

BackupKind = Literal["full", "schema", "none"]
BACKUPS: tuple[str, ...] = get_args(BackupKind)


@dataclass(frozen=True, slots=True)
class Target:
    """A remote, with all that is needed to reach it.

    Attributes:
        name: what it is called in messages and in names of files.
        url: a connection string; it may hold a password: never show it.
        environment: name of the environment that it is, or None.
        protected: what forbids deploying there, such as ``remote production``; None where nothing does.
        backup: what is backed up before a change.
        retries: how often connecting is tried again.
        backoff: how the waiting between two attempts grows.
        breaker_after: so many failures in a row open the circuit breaker.
        breaker_seconds: for so long it stays open.
        state: directory for backups and for what the breaker knows.
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
