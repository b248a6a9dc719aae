"""Templates: sealed databases that clones are copies of, each built once from what its name is the hash of."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pggit.clone import carry
from pggit.clone.label import Label, Labelled, labelled
from pggit.clone.source.roles import role_explained
from pggit.clone.source.source import Reading, Source
from pggit.clone.verify import contents
from pggit.core.canonical import canonical
from pggit.core.errors import Busy, NotFound, PgGitError, Refused
from pggit.core.identity import quote
from pggit.db import database
from pggit.db.connect import connect, connection_url
from pggit.db.locale import Locale, locale_of
from pggit.db.scratch import drop_abandoned, making, new_name, try_lock, unlock
from pggit.db.session import run, transaction
from pggit.db.strategy import Facts, choose

if TYPE_CHECKING:
    from psycopg import Connection

PREFIX = "pggit_template_"
_FORMAT = 1
"""Goes up when the same inputs would be built otherwise."""
_SHORT = 16
_EMPTY = (300, 8_000_000)
"""Files and bytes of a database that was just made."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that is there.

    Attributes:
        name: of the database.
        hash: of everything that it is built from; 64 hexadecimal digits.
        source: what it was built from, in words, without passwords.
        base: the template that it is built on; None: on nothing.
        built: whether it was built now; else it was there.
        milliseconds: from the call to the end.
        files, bytes: what a copy of it copies.
        remarks: what could not be had.
    """

    name: str
    hash: str
    source: str
    base: str | None
    built: bool
    milliseconds: float
    files: int
    bytes: int
    remarks: tuple[str, ...] = ()


def build(
    connection: Connection,
    source: Source,
    *,
    like: str | None = None,
    wait: float = 600,
    waiting: Callable[[str], None] | None = None,
) -> Template:
    """Return the template of a source; build it where there is none yet.

    Who comes first builds it, the others wait. A template with this name is finished: it gets its name in the
    transaction that seals it.

    Args:
        connection: `maintenance` of the server, in autocommit mode.
        source: what it is built from; its base is built first.
        like: the database whose encoding and locale it gets where the source has none; None: the connected one.
        wait: how many seconds to wait for somebody else who builds it.
        waiting: called once with the name of the template, where it must wait.

    Raises:
        Busy: somebody else was still building it after this time.
        Refused: a database of the template's name is not a finished template.
        PermissionDenied: the role may not create databases.
        PgGitError: what the source raises: a statement failed, a file is not there.
    """
    begun = time.monotonic()
    base = build(connection, source.base, like=like, wait=wait, waiting=waiting) if source.base else None
    end = begun + wait
    told = False
    while True:
        with source.reading(connection) as reading:
            making_of = _Making(connection, source, reading, base, reading.locale or locale_of(connection, like))
            found = _there(connection, making_of)
            if found:
                return _template(found, begun)
            if try_lock(connection, making_of.name):
                try:
                    return _built(making_of, begun)
                finally:
                    unlock(connection, making_of.name)
        if waiting and not told:
            waiting(making_of.name)
            told = True
        _wait(connection, making_of.name, end)


@dataclass(frozen=True, slots=True)
class _Making:
    """One template to be: what it is built from, and so its name."""

    connection: Connection
    source: Source
    reading: Reading
    base: Template | None
    locale: Locale

    @property
    def hash(self) -> str:
        """The hash of everything that builds it."""
        info = self.connection.info
        inputs = {
            "format": _FORMAT,
            "server": info.server_version,
            "role": info.user,
            "locale": asdict(self.locale),
            "base": self.base.hash if self.base else None,
            "inputs": self.reading.inputs,
        }
        return hashlib.sha256(canonical(inputs).encode()).hexdigest()

    @property
    def name(self) -> str:
        """The name of the database."""
        return PREFIX + self.hash[:_SHORT]


def _there(connection: Connection, wanted: _Making) -> Labelled | None:
    """Return the finished template; None if there is none. What another role has made under its name is none.

    Raises:
        Refused: a database of its name, of a role that is trusted, is not a finished template.
    """
    of = wanted.reading.properties
    for one in labelled(connection, "template"):
        ours = one.trusted or (of is not None and of.owner in (one.owner, quote(one.owner)))
        if not ours or not (one.name == wanted.name or one.name.startswith(f"{wanted.name}_")):
            continue
        if not one.sealed and database.is_half_dropped(connection, one.name):
            continue
        if not one.sealed or one.label.hash != wanted.hash:
            raise Refused(
                f"template {one.name} was opened after it was built",
                hint=f"pggit template drop {one.name}; it is built again then.",
            )
        return one
    return None


def _name_for(connection: Connection, wanted: _Making) -> str:
    """Return the name that a template is to get: another one than it should have if another role has taken that.

    Raises:
        Refused: the role itself, or a superuser, has a database of the name.
    """
    of = database.owner(connection, wanted.name)
    if of is None or database.is_half_dropped(connection, wanted.name):
        return wanted.name
    if of.trusted:
        raise Refused(f"there is a database {wanted.name} that is not a template", hint="rename it, or drop it.")
    return f"{wanted.name}_{secrets.token_hex(4)}"


def _wait(connection: Connection, name: str, end: float) -> None:
    """Wait until a template is there, or nobody is building it.

    Raises:
        Busy: the time is over.
    """
    delay = 0.01
    while (of := database.owner(connection, name)) is None or not of.trusted:
        if try_lock(connection, name):
            unlock(connection, name)
            return
        if time.monotonic() >= end:
            raise Busy(f"somebody else is building {name}", hint="run it again when that is done.")
        time.sleep(delay)
        delay = min(delay * 1.5, 0.2)


def _built(wanted: _Making, begun: float) -> Template:
    """Build a template under an unfinished name, and give it its own."""
    connection = wanted.connection
    found = _there(connection, wanted)  # built between the look and the lock
    if found:
        return _template(found, begun)
    name = _name_for(connection, wanted)
    database.drop_database(connection, name)  # where a drop was interrupted
    drop_abandoned(connection)
    unfinished = new_name()
    with making(connection, unfinished):
        try:
            label, remarks = _filled(wanted, unfinished, begun)
            remarks += _finish(wanted, unfinished, name, label)
        except BaseException as error:
            if not connection.closed:
                with suppress(PgGitError):  # gc drops it
                    database.drop_database(connection, unfinished, force=True)
            # somebody whom the lock does not hold back, as he is connected to another database, was sooner
            found = _there(connection, wanted) if isinstance(error, Refused) else None
            if found is None:
                raise
            return _template(found, begun)
    made = Labelled(name, 0, connection.info.user, True, True, True, 0, label)
    return replace(_template(made, begun), built=True, remarks=tuple(remarks))


def _filled(wanted: _Making, unfinished: str, begun: float) -> tuple[Label, list[str]]:
    """Make the database and all that is in it; returns its label, and what could not be had."""
    connection = wanted.connection
    major, base = connection.info.server_version // 10000, wanted.base
    fsync = database.fsync(connection)
    strategy = choose(Facts(major, fsync, base.files, base.bytes) if base else Facts(major, fsync, *_EMPTY), {})
    database.create_database(
        connection,
        unfinished,
        template=base.name if base else "template0",
        strategy=strategy,
        locale=None if base else wanted.locale,
    )
    with closing(connect(connection_url(connection, unfinished))) as target:
        remarks = wanted.reading.fill(target)
        found = contents(target)
        if found["rows"] and not wanted.reading.analyzed:
            run(target, "analyze")
        files, size = database.storage(target)
    connect(connection_url(connection, unfinished)).close()  # leaves pg_internal.init: sessions of copies start quicker
    database.require_unused(connection, unfinished, timeout=5)
    owner = wanted.reading.properties.owner if wanted.reading.properties else None
    label = Label(
        kind="template",
        source=wanted.source.label + wanted.reading.detail,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        hash=wanted.hash,
        base=wanted.base.name if wanted.base else None,
        files=files,
        bytes=size,
        more={
            "ms": round((time.monotonic() - begun) * 1000),
            "by": connection.info.user,
            "contents": found,
            "owner": owner,
        },
    )
    return label, remarks


def _finish(wanted: _Making, unfinished: str, name: str, label: Label) -> list[str]:
    """Seal a template and give it its name: all of it, or nothing."""
    connection = wanted.connection
    remarks: list[str] = []
    with database.explained(connection, unfinished, name), transaction(connection):
        database.comment(connection, unfinished, label.text())
        if wanted.reading.properties:
            with role_explained():
                remarks = carry.give(connection, wanted.reading.properties, f'"{unfinished}"')
        elif wanted.base:
            remarks = carry.give(connection, carry.properties(connection, wanted.base.name), f'"{unfinished}"')
        database.seal(connection, unfinished)
        database.rename(connection, unfinished, name)
    return remarks


def _template(found: Labelled, begun: float) -> Template:
    label = found.label
    return Template(
        name=found.name,
        hash=label.hash or "",
        source=label.source,
        base=label.base,
        built=False,
        milliseconds=(time.monotonic() - begun) * 1000,
        files=label.files or 0,
        bytes=label.bytes or 0,
    )


def templates(connection: Connection) -> list[Labelled]:
    """Return the templates of a server, the newest first."""
    return sorted(labelled(connection, "template"), key=lambda one: one.label.made, reverse=True)


def find(connection: Connection, text: str, *, unsealed: bool = False) -> Labelled:
    """Return the template that a name, the beginning of a hash, or a source means; of several of a source the newest.

    Args:
        connection: to any database of the server.
        text: what the user wrote.
        unsealed: also one that is not finished any more.

    Raises:
        NotFound: there is none.
        Refused: the beginning of the hash is that of several.
    """
    there = [one for one in templates(connection) if one.sealed or unsealed]
    for one in there:
        if text == one.name:  # only so another role's is found, whose hash and source are what that role says
            return one
    found = [one for one in there if one.trusted]
    for one in found:
        if text in (one.label.hash, one.label.source):
            return one
    by_hash = [one for one in found if (one.label.hash or "").startswith(text.removeprefix(PREFIX))]
    if len(by_hash) > 1:
        raise Refused(f"{text} is the beginning of several templates: {', '.join(one.name for one in by_hash)}")
    if not by_hash:
        raise NotFound(f"there is no template {text}", hint="pggit template list shows them.")
    return by_hash[0]
