"""The sections of the settings file that have a name of their own: ``[environments.NAME]`` and ``[remotes.NAME]``.

An environment says which files of SQL belong to it; a remote is a database that is deployed to. Reading checks names
and types. Whether the values fit each other is not asked here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from pggit.core.backoff import BACKOFFS
from pggit.core.errors import UsageError

BACKUPS = ("full", "schema", "none")


@dataclass(frozen=True)
class Environment:
    """A section ``[environments.NAME]``.

    Attributes:
        name: its own name.
        include: globs of the files that belong to it, relative to the directory of the settings file; none: all.
        exclude: globs of files that do not, though ``include`` admits them.
        seeds: globs of the files with rows, a layer of their own.
        protected: nothing is deployed to it.
    """

    name: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    protected: bool = False


@dataclass(frozen=True)
class Remote:
    """A section ``[remotes.NAME]``.

    Attributes:
        name: its own name.
        url: the connection string. One in the file should hold no password.
        password_env: the environment variable that holds the password; it goes before one in the url.
        environment: the environment that it belongs to.
        protected: nothing is deployed to it.
        backup: what is saved before a deployment: ``full``, ``schema`` or ``none``.
        retries: how often connecting is tried again.
        backoff: how the pauses between tries grow: ``exponential``, ``linear``, ``fibonacci`` or ``fixed``.
        breaker_after: so many failures in a row, and nothing is tried for a while; 0: never.
        breaker_seconds: how long that is.
    """

    name: str
    url: str = ""
    password_env: str | None = None
    environment: str | None = None
    protected: bool = False
    backup: str = "full"
    retries: int = 4
    backoff: str = "exponential"
    breaker_after: int = 10
    breaker_seconds: int = 60


SECTIONS = ("environments", "remotes")
"""The top-level keys of the settings file that hold sections."""

_CHOICES = {"backup": BACKUPS, "backoff": BACKOFFS}


def environments(raw: object, source: str) -> dict[str, Environment]:
    """Read all environments.

    Args:
        raw: what the settings file has under ``environments``.
        source: the file, for messages.

    Raises:
        UsageError: an unknown key, or a value of a wrong type.
    """
    found = _tables("environments", raw, source)
    return {
        name: Environment(name, **_values(Environment, f"environments.{name}", found[name], source)) for name in found
    }


def remotes(raw: object, source: str) -> dict[str, Remote]:
    """Read all remotes; arguments and errors as for `environments`."""
    found = _tables("remotes", raw, source)
    return {name: Remote(name, **_values(Remote, f"remotes.{name}", found[name], source)) for name in found}


def refuse_unknown(names: Iterable[str], known: Iterable[str], what: str, source: str) -> None:
    """Raise for the first name that is not known.

    Raises:
        UsageError: with the nearest name that is known, or all of them, as its hint.
    """
    allowed = list(known)
    for name in names:
        if name in allowed:
            continue
        near = difflib.get_close_matches(name, allowed, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"{what}s are: {', '.join(allowed)}"
        raise UsageError(f"unknown {what} {name!r} ({source})", hint=hint)


def _tables(section: str, raw: object, source: str) -> dict[str, Mapping[str, object]]:
    if not isinstance(raw, Mapping):
        raise UsageError(f"{section} must be sections, as [{section}.NAME] ({source})")
    for name, table in raw.items():
        if not isinstance(table, Mapping):
            raise UsageError(f"{section}.{name} must be a section [{section}.{name}] ({source})")
    return dict(raw)


def _values(kind: type[Environment | Remote], section: str, table: Mapping[str, object], source: str) -> dict[str, Any]:
    """Check the keys of one section against the fields of its class, by the type of the field's default."""
    defaults = keys(kind)
    refuse_unknown(table, defaults, "key", f"[{section}] in {source}")
    return {key: checked(f"{section}.{key}", value, defaults[key], source) for key, value in table.items()}


def keys(kind: type[Environment | Remote]) -> dict[str, object]:
    """Return the keys that a section may have, with their defaults."""
    return {field.name: field.default for field in fields(kind) if field.default is not MISSING}


def checked(name: str, value: object, default: object, source: str) -> object:
    """Return the value of a key as its class takes it.

    Args:
        name: of the key with its section, ``remotes.live.url``.
        value: as it is in the file.
        default: of the key; the value must be of its type.
        source: the file, for messages.

    Raises:
        UsageError: it is of a wrong type, or none of those that can be chosen.
    """
    key = name.rpartition(".")[2]
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f'{name} must be a list of texts, as ["schema/**"] ({source})')
        return tuple(value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise UsageError(f"{name} must be true or false ({source})")
        return value
    if isinstance(default, int):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise UsageError(f"{name} must be a whole number, 0 or more ({source})")
        return value
    if not isinstance(value, str):
        raise UsageError(f"{name} must be text ({source})")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(f"{name} must be one of {', '.join(_CHOICES[key])}, not {value!r} ({source})")
    return value
