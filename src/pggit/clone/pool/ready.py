"""Ready databases: put into a pool, and dropped where no pool has them."""

from __future__ import annotations

import json
import secrets
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pggit.clone import carry
from pggit.clone.copying import copied
from pggit.clone.label import Label, labelled, require_trusted, sealed
from pggit.clone.pool.control import PoolState, drop_unused_control, open_control, query
from pggit.core.errors import NotFound, PermissionDenied, Refused
from pggit.db import database
from pggit.db.scratch import drop_abandoned
from pggit.db.session import run, transaction
from pggit.db.sqlstate import translated
from pggit.kinds.ddl import name as quoted

if TYPE_CHECKING:
    from psycopg import Connection

_PREFIX = "pggit_ready_"


class PoolChanged(Refused):
    """The pool is gone, or has another template, since it was read."""


def put(control: Connection, pool: PoolState) -> float:
    """Make a clone and put it into a pool; returns how many milliseconds the copy took.

    Nobody can connect to it before it is claimed. Name, label and row come in one transaction: the control database
    is on the same server, and shares the catalog of databases with all others.

    Args:
        control: to the control database, in autocommit mode.
        pool: as it was just read.

    Raises:
        NotFound: the template is gone.
        Untrusted: another role has a template of its name now.
        PoolChanged: the pool is gone, or has another template by now.
    """
    name = f"{_PREFIX}{secrets.token_hex(8)}"
    template = sealed(control, pool.template, name)
    if query(control, "is_of_owner", {"pool": pool.id, "template": pool.template}) != [(True,)]:
        require_trusted(template)
    with copied(control, template, None, closed=True) as (made, chosen, took), transaction(control):
        remarks = carry.give(control, carry.properties(control, template.name), quoted(made))
        label = Label(
            "ready",
            template.label.source,
            datetime.now(UTC).isoformat(timespec="seconds"),
            base=template.name,
            took={chosen: [took]},
            more={"pool": pool.name, "role": _role(control), "remarks": remarks},
        )
        database.comment(control, made, label.text())
        database.rename(control, made, name)
        values = {"pool": pool.id, "template": pool.template, "name": name, "label": _document(label)}
        if not query(control, "put", values):
            raise PoolChanged(f"pool {pool.name} is gone, or has another template by now")
    return took


def tidy(control: Connection, pool: int | None = None) -> list[str]:
    """Drop the ready databases that no pool has any more, and what killed makers left; returns their names.

    Args:
        control: to the control database, in autocommit mode.
        pool: also take out of this pool what it has too much of, or of another template.
    """
    query(control, "forget")
    if pool is not None:
        query(control, "surplus", {"pool": pool})
    with transaction(control):
        # one snapshot: a database that is claimed between two looks would seem to have no row
        run(control, "set transaction isolation level repeatable read")
        known = {oid for (oid,) in query(control, "known")}
        found = _ready(control)
    return _drop(control, [name for name, oid in found if oid not in known]) + drop_abandoned(control)


def gc(connection: Connection) -> list[str]:
    """Drop the ready databases that no pool has, and the control database where the role has no pools.

    Args:
        connection: `maintenance` of the server, in autocommit mode.

    Returns:
        The names of the ready databases that were dropped.
    """
    try:
        with closing(open_control(connection)) as control:
            dropped = tidy(control)
    except NotFound:
        dropped = _drop(connection, [name for name, _ in _ready(connection)])
    drop_unused_control(connection)
    return dropped


def _ready(connection: Connection) -> list[tuple[str, int]]:
    """The role's ready databases by their labels. The owner may be that of the template, or one who says so."""
    role = _role(connection)
    return [(one.name, one.oid) for one in labelled(connection, "ready") if one.label.more.get("role") == role]


def _drop(connection: Connection, names: list[str]) -> list[str]:
    dropped = []
    for name in names:
        with suppress(database.InUse, PermissionDenied):  # of another role: only a superuser can drop it
            database.drop_database(connection, name)
            dropped.append(name)
    return dropped


def _role(connection: Connection) -> int:
    with translated():
        row = connection.execute("select oid::bigint from pg_catalog.pg_roles where rolname = current_user").fetchone()
    assert row is not None
    return int(row[0])


def _document(label: Label) -> str:
    return json.dumps({key: value for key, value in asdict(label).items() if value not in (None, {})})
