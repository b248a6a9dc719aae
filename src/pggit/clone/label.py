"""What pgGit knows of a template or a clone: a document in the comment of the database.

It comes and goes with the database, is set in the transaction that gives the database its name, and everybody sees it:
``\\l+`` in psql, any client on any host.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from pggit.core.errors import NotFound
from pggit.db import resources
from pggit.db.sqlstate import translated
from pggit.db.trust import OWNER_OF_DATABASE, Untrusted

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
    """A database with a label.

    Attributes:
        name, oid: of the database.
        owner: a role, who wrote the label.
        mine: whether that is the current role.
        trusted: whether it is the role itself or a superuser: of anybody else the label is only a claim.
        sealed: whether it is a template that nobody can connect to.
        sessions: how many are connected.
        label: the document.
    """

    name: str
    oid: int
    owner: str
    mine: bool
    trusted: bool
    sealed: bool
    sessions: int
    label: Label


def read_label(comment: str | None) -> Label | None:
    """Return the label that a database's comment is; None where it is something else."""
    if not comment or not comment.startswith(_HEAD):
        return None
    try:
        label = Label(**json.loads(comment.removeprefix(_HEAD)))
        return label if _is_well_formed(label) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _is_well_formed(label: Label) -> bool:
    """Whether the values of a label are of their types: any owner of a database can write one.

    Raises:
        ValueError: a time is not in ISO form.
    """
    texts = (label.source, label.made)
    maybe_texts = (label.hash, label.base, label.used, label.expires, label.origin)
    times = [datetime.fromisoformat(text) for text in (label.made, label.expires) if text is not None]
    if label.used is not None:
        datetime.fromisoformat(label.used)
    return (
        label.kind in get_args(Kind)
        and all(isinstance(text, str) for text in texts)
        and all(text is None or isinstance(text, str) for text in maybe_texts)
        and all(number is None or type(number) is int for number in (label.files, label.bytes))
        and all(time.tzinfo is not None for time in times)
        and isinstance(label.took, dict)
        and all(isinstance(times, list) and all(map(_is_number, times)) for times in label.took.values())
        and isinstance(label.more, dict)
        and type(label.more.get("origin", 0)) is int
        and (label.origin is None or "origin" in label.more)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def labelled(connection: Connection, *kinds: Kind, name: str | None = None) -> list[Labelled]:
    """Return the databases of a server that have a label, by name.

    Args:
        connection: to any database of the server.
        kinds: only these; none: all.
        name: only the database of this name.
    """
    with translated():
        rows = connection.execute(_sql("labelled"), {"head": _HEAD, "name": name}).fetchall()
    found = ((row, read_label(row[7])) for row in rows)
    return [
        Labelled(row[0], row[1], row[2], row[3], row[4], row[5], row[6], label)
        for row, label in found
        if label and (not kinds or label.kind in kinds)
    ]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A template that is finished, and what must be known to copy it.

    Attributes:
        name: of the database.
        owner: a role.
        mine: whether that is the current role.
        trusted: whether that is the role itself or a superuser.
        properties: whether it has an owner, grants or settings that a copy must be given.
        fsync: whether the server waits for the disk.
        taken: whether there is a database of the name that the copy is to have.
    """

    name: str
    label: Label
    owner: str
    mine: bool
    trusted: bool
    properties: bool
    fsync: bool
    taken: bool


def sealed(connection: Connection, template: str, name: str) -> Sealed:
    """Return a finished template, and whether a database ``name`` is there already: all in one round trip.

    Raises:
        NotFound: there is no template of this name, or it is not finished.
    """
    with translated():
        row = connection.execute(_sql("sealed"), {"template": template, "copy": name}).fetchone()
    label = read_label(row[0]) if row else None
    if row is None or label is None or label.kind != "template":
        raise NotFound(f"there is no template {template}", hint="pggit template list shows them.")
    return Sealed(template, label, *row[1:])


def require_trusted(template: Sealed | Labelled) -> None:
    """Check that a template is what its label says.

    Raises:
        Untrusted: it belongs to another role, who is not a superuser.
    """
    if not template.trusted:
        raise Untrusted(
            f"template {template.name} belongs to {template.owner}, who may have put anything into it",
            hint="Build a template of your own.",
        )


def _sql(name: str) -> bytes:
    block = resources.blocks("pggit.clone", "label.sql")[name]
    return block.replace("{trusted}", OWNER_OF_DATABASE).encode()
