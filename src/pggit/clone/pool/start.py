"""Starting and stopping pools: what they keep ready, and the process that fills them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.clone.label import labelled
from pggit.clone.pool.control import (
    PoolState,
    defining,
    drop_unused_control,
    ensure_control,
    host,
    open_control,
    query,
    states,
)
from pggit.clone.pool.control import pools as pools_of
from pggit.clone.pool.ready import tidy
from pggit.clone.template import find
from pggit.core.errors import ConnectionFailed, NotFound, UsageError
from pggit.db.database import maintenance

if TYPE_CHECKING:
    from psycopg import Connection

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")
_PATIENCE = 15.0
"""Seconds that a filler may take to begin, or to end."""
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Started:
    """A pool that has a filler.

    Attributes:
        pool: the pool.
        launched: the number of the process that was started; None: this machine had a filler already.
        log: what the process writes to.
    """

    pool: PoolState
    launched: int | None
    log: Path


def define(url: str, name: str, *, template: str | None = None, size: int | None = None) -> PoolState:
    """Say what a pool is to keep ready; who fills it learns it at once.

    Args:
        url: leads to any database of the server, as the role that the pool will belong to.
        name: the pool: letters, digits, ``_``, ``.`` and ``-``.
        template: what its databases are copies of; None: as before, or the only one that there is.
        size: how many are to be ready; None: as before.

    Raises:
        UsageError: the name is none, or template or size must be said.
        NotFound: there is no such template.
        PermissionDenied: the role may not create databases.
        Refused: the control database belongs to somebody else.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a pool", hint="letters, digits, _ . and -, at most 40.")
    with closing(maintenance(url)) as connection:
        before = next((one for one in pools_of(connection) if one.name == name), None)
        template = template or (before.template if before else _only_template(connection))
        size = size or (before.size if before else None)
        if size is None:
            raise UsageError(f"there is no pool {name} yet: how many are to be ready?", hint="--size N")
        template = find(connection, template).name
        with defining(connection), closing(ensure_control(connection)) as control:
            query(control, "define", {"name": name, "template": template, "size": size})
            query(control, "wake", {"name": name})
            return states(control, name)[0]


def start(url: str, name: str, log: Path, *, template: str | None = None, size: int | None = None) -> Started:
    """Define a pool, and start a process that fills it in the background, unless this machine has one already.

    Args:
        url: as `define` takes it, like the others; an empty one where libpq's variables say all.
        name: the pool.
        log: the file that the process writes to.
        template: what its databases are copies of.
        size: how many are to be ready.

    Raises:
        ConnectionFailed: the process did not begin; with what it said last. And what `define` raises.
    """
    pool = define(url, name, template=template, size=size)
    if any(where.endswith(f"@{host()}") for where in (pool.filler or "", *pool.standing_by)):
        return Started(pool, None, log)
    process = _launch(url, name, log)
    with closing(maintenance(url)) as connection, closing(open_control(connection)) as control:
        return Started(_begun(control, name, process, log), process.pid, log)


def stop(url: str, name: str) -> list[str]:
    """End a pool: its fillers end by themselves, on every machine, and what is ready is dropped.

    Returns:
        The names of the databases that were dropped.

    Raises:
        NotFound: there is no such pool.
    """
    with closing(maintenance(url)) as connection:
        (pool,) = pools_of(connection, name)
        with closing(open_control(connection)) as control:
            ready = {row[0] for row in query(control, "names", {"id": pool.id})}
            query(control, "undefine", {"name": name})
            _wait_for_end(control, pool.id)
            tidy(control)
        drop_unused_control(connection)
        left = {one.name for one in labelled(connection, "ready")}
    return sorted(ready - left)


def _only_template(connection: Connection) -> str:
    found = [one.name for one in labelled(connection, "template") if one.sealed and one.trusted]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound("there is no template", hint="pggit template build makes one.")
    raise UsageError("which template?", hint=f"--template, one of {', '.join(found)}")


def _launch(url: str, name: str, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    # the connection string may hold a password, which everybody would see among the arguments
    environment = os.environ | ({"PGGIT_DB": url} if url else {})
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "pggit", "pool", "start", name, "--foreground"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )


def _begun(control: Connection, name: str, process: subprocess.Popen[bytes], log: Path) -> PoolState:
    """Wait until a process is among the fillers of its pool."""
    end = time.monotonic() + _PATIENCE
    me = f"{process.pid}@{host()}"
    while time.monotonic() < end and process.poll() is None:
        found = states(control, name)
        if not found:
            raise NotFound(f"pool {name} was stopped meanwhile")
        if me in (found[0].filler, *found[0].standing_by):
            return found[0]
        time.sleep(_POLL)
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:] or ["it said nothing"]
    raise ConnectionFailed(f"the process that fills pool {name} did not begin: {said[0]}", hint=f"see {log}")


def _wait_for_end(control: Connection, pool: int) -> None:
    """Wait until a pool has no fillers; one that hangs is not waited for forever."""
    end = time.monotonic() + _PATIENCE
    prefix = f"pggit pool {pool} "
    while time.monotonic() < end and any(told.startswith(prefix) for _, told in query(control, "sessions")):
        time.sleep(_POLL)
