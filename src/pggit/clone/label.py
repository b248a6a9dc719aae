"""What pgGit knows of a template or a clone: a document in the comment of the database.

It comes and goes with the database, is set in the transaction that gives the database its name, and everybody sees it:
``\\l+`` in psql, any client on any host.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pggit.core.errors import NotFound
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

Kind = Literal["template", "clone", "ready"]
_HEAD = "pgGit "


@dataclass(frozen=True, slots=True)
class Label:
    """The document.

    Attributes:
        kind: ``template`` is sealed; ``clone`` is in somebody's hands; ``ready`` waits in a pool.
        source: what it was made from, in words, without passwords.
        made: when, UTC, in ISO form.
        hash: of a template: everything that builds it, 64 hexadecimal digits.
        base: the template that it is a copy of; none for a template that was built from the ground.
        files, bytes: of a template, for the choice of how to copy it.
        took: milliseconds by strategy: of a template its three quickest copies, of a clone its own.
        used: of a template: the day on which it was last copied.
        expires: of a clone: when `gc` may drop it, UTC, in ISO form.
        origin: of a worktree: the name of the database that it is a clone of.
        more: what only the maker of this template reads.
    """

    kind: Kind
    source: str
    made: str
    hash: str | None = None
    base: str | None = None
    files: int | None = None
    bytes: int | None = None
    took: dict[str, list[float]] = field(default_factory=dict)
    used: str | None = None
    expires: str | None = None
    origin: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the comment."""
        return _HEAD + json.dumps({key: value for key, value in asdict(self).items() if value not in (None, {})})

    def expired(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.expires is not None and datetime.fromisoformat(self.expires) <= now


@dataclass(frozen=True, slots=True)
class Labelled:
    """A database with a label."""

    name: str
    oid: int
    owner: str
    mine: bool
    sealed: bool
    sessions: int
    label: Label


def read_label(comment: str | None) -> Label | None:
    """Return the label that a database's comment is; None where it is something else."""
    if not comment or not comment.startswith(_HEAD):
        return None
    try:
        return Label(**json.loads(comment.removeprefix(_HEAD)))
    except (ValueError, TypeError):
        return None


def labelled(connection: Connection, *kinds: Kind, name: str | None = None) -> list[Labelled]:
    """Return the databases of a server that have a label, by name.

    Args:
        connection: to any database of the server.
        kinds: only these; none: all.
        name: only the database of this name.
    """
    with translated():
        rows = connection.execute(
            "select d.datname, d.oid, pg_get_userbyid(d.datdba), d.datdba = current_user::regrole,"
            " d.datistemplate and not d.datallowconn,"
            " (select count(*) from pg_catalog.pg_stat_activity as a where a.datid = d.oid),"
            " s.description"
            " from pg_catalog.pg_database as d join pg_catalog.pg_shdescription as s"
            " on s.objoid = d.oid and s.classoid = 'pg_catalog.pg_database'::regclass"
            " where starts_with(s.description, %s) and (%s::text is null or d.datname = %s) order by d.datname",
            (_HEAD, name, name),
        ).fetchall()
    found = ((row, read_label(row[6])) for row in rows)
    return [
        Labelled(row[0], row[1], row[2], row[3], row[4], row[5], label)
        for row, label in found
        if label and (not kinds or label.kind in kinds)
    ]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A template that is finished, and what must be known to copy it.

    Attributes:
        name: of the database.
        mine: whether the current role owns it.
        properties: whether it has an owner, grants or settings that a copy must be given.
        fsync: whether the server waits for the disk.
        taken: whether there is a database of the name that the copy is to have.
    """

    name: str
    label: Label
    mine: bool
    properties: bool
    fsync: bool
    taken: bool


_SEALED = """
select s.description, d.datdba = current_user::regrole, d.datacl is not null or d.datdba <> current_user::regrole
    or exists (select from pg_catalog.pg_db_role_setting as r where r.setdatabase = d.oid),
  current_setting('fsync') = 'on', exists (select from pg_catalog.pg_database as t where t.datname = %s)
from pg_catalog.pg_database as d join pg_catalog.pg_shdescription as s
on s.objoid = d.oid and s.classoid = 'pg_catalog.pg_database'::regclass
where d.datname = %s and d.datistemplate and not d.datallowconn
"""


def sealed(connection: Connection, template: str, name: str) -> Sealed:
    """Return a finished template, and whether a database ``name`` is there already: all in one round trip.

    Raises:
        NotFound: there is no template of this name, or it is not finished.
    """
    with translated():
        row = connection.execute(_SEALED, (name, template)).fetchone()
    label = read_label(row[0]) if row else None
    if row is None or label is None or label.kind != "template":
        raise NotFound(f"there is no template {template}", hint="pggit template list shows them.")
    return Sealed(template, label, *row[1:])
