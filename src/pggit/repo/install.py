"""Installing, upgrading and removing the engine: schema `pggit` and the event triggers, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING

from pggit import __version__
from pggit.core.credentials import patterns
from pggit.core.errors import EngineError, PermissionDenied, Refused, SqlFailed
from pggit.db.resources import for_version
from pggit.db.session import configure
from pggit.db.sqlstate import translated
from pggit.db.trust import require_runnable
from pggit.db.waiting import lock_schema
from pggit.kinds.reader import privileges_sql
from pggit.repo.generate import reading_functions

if TYPE_CHECKING:
    from psycopg import Connection

ENGINE_VERSION = 2
"""Counts the forms of the engine's tables; functions are made anew by every upgrade."""

_SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "check_function_bodies": "off",
    "client_min_messages": "warning",
}

_EVENT_TRIGGERS = ("pggit_a_note", "pggit_a_note_drop", "pggit_ddl", "pggit_drop")

_SCHEMA_IS_THERE = ("42P06", "23505")
"""duplicate_schema, and unique_violation where it was created meanwhile."""

_NAMED = 8

_WAIT = "60s"
"""How long to wait for another session that installs."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What an install or upgrade did.

    Attributes:
        action: ``install``, ``upgrade`` or ``none``.
        version: version of the engine now.
        tracked_by: ``triggers``, or ``snapshots`` where the role may not create event triggers.
        head: hash of the commit at HEAD.
        set_aside: what an upgrade renamed or took out of the store, because an older engine had let it in.
    """

    action: str
    version: int
    tracked_by: str
    head: str | None
    set_aside: tuple[str, ...] = ()


def files() -> list[tuple[str, str]]:
    """Return name and text of the engine's SQL files in the order in which they are run."""
    folder = resources.files("pggit.repo").joinpath("engine")
    found = [(file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".sql")]
    return sorted(found)


def install_sql(major: int, *, event_triggers: bool = True) -> str:
    """Return the SQL that installs the engine on a server of this major version."""
    parts = []
    for name, text in files():
        if name.startswith("90_") and not event_triggers:
            continue
        parts.append(for_version(text, major))
        if name.startswith("30_"):
            parts.append(for_version(reading_functions(major), major))
    acl = privileges_sql("acl_objects.acl", "acl_objects.acl_default", major)
    return with_patterns("\n".join(parts).replace("%(version)s", __version__).replace("{acl}", acl))


def with_patterns(text: str) -> str:
    """Return SQL of the engine with the patterns of secrets in the place of their names."""
    for name, pattern in patterns().items():
        text = text.replace(f"{{{name}}}", pattern)
    return text


def install_script(major: int, *, event_triggers: bool = True) -> str:
    """Return a script for psql that does what `install` does, in one transaction."""
    return "\n".join(
        [
            "begin;",
            "set local search_path = pg_catalog, pg_temp;",
            "set local check_function_bodies = off;",
            "set local client_min_messages = warning;",
            install_sql(major, event_triggers=event_triggers),
            f"select pggit.initialize('{'triggers' if event_triggers else 'snapshots'}');",
            f"insert into pggit.upgrade_log (version, action) values ({ENGINE_VERSION}, 'install');",  # noqa: S608
            "commit;",
        ]
    )


def installed_version(connection: Connection) -> int | None:
    """Return the version of the engine in a database, or None where there is none.

    Raises:
        Untrusted: there is a schema `pggit` of a role that could gain rights if its functions were called.
    """
    if not require_runnable(connection, "pggit"):
        return None
    row = connection.execute("select to_regclass('pggit.upgrade_log') is not null").fetchone()
    if not row or not row[0]:
        return None
    found = connection.execute("select max(version) from pggit.upgrade_log").fetchone()
    return found[0] if found else None


def may_create_event_triggers(connection: Connection) -> bool:
    """Whether this role may: a superuser, or whom a managed service lets in its place. Tried, and rolled back."""
    try:
        with translated(), connection.transaction(force_rollback=True):
            connection.execute(
                "create function pg_temp.pggit_try() returns event_trigger language plpgsql as 'begin end';"
                " create event trigger pggit_try on ddl_command_end execute function pg_temp.pggit_try()"
            )
    except PermissionDenied:
        return False
    return True


def install(connection: Connection) -> Installed:
    """Install the engine and take the first commit, in one transaction. Does nothing where it is installed.

    Of two at a time the second waits for the first, where both create the schema, and finds it installed.

    Raises:
        Refused: there is a schema `pggit` that is not the engine.
        Busy: another session was installing it all the time.
    """
    version = installed_version(connection)
    if version is not None:
        return _installed(connection, "none", version)
    try:
        with translated(), connection.transaction():
            triggers = may_create_event_triggers(connection)
            with _settings(connection):
                _wait_shortly(connection)
                connection.execute(install_sql(connection.info.server_version // 10000, event_triggers=triggers))
                connection.execute("select pggit.initialize(%s)", ["triggers" if triggers else "snapshots"])
                _log(connection, "install")
    except SqlFailed as error:
        if error.sqlstate not in _SCHEMA_IS_THERE:
            raise
        version = installed_version(connection)
        if version is None:
            raise Refused(
                "there is a schema pggit that is not pgGit's engine", hint="Rename it, or drop it: drop schema pggit."
            ) from error
        return _installed(connection, "none", version)
    return _installed(connection, "install", ENGINE_VERSION)


def upgrade(connection: Connection, *, cascade: bool = False) -> Installed:
    """Install the engine beside the old one and move the store's rows over, in one transaction.

    So an upgraded engine is the installed one by construction; columns that are new take their defaults.

    Args:
        connection: to the database.
        cascade: drop what users made on top of schema `pggit`.

    Raises:
        EngineError: the engine is newer than this pgGit.
        Refused: users made something on top of schema `pggit`.
        Busy: another transaction uses the store.
    """
    version = installed_version(connection)
    if version is not None and version > ENGINE_VERSION:
        raise EngineError(
            f"the engine in this database is of version {version}, this pgGit knows up to {ENGINE_VERSION}",
            hint="Use a newer pgGit: pip install --upgrade pggit",
        )
    with translated(), connection.transaction(), _settings(connection):
        _as_owner(connection)
        lock_schema(connection, "pggit")
        triggers = _quiet(connection)
        if not cascade:
            _require_unused(connection, "pggit upgrade --cascade")
        connection.execute("alter schema pggit rename to pggit_before_upgrade")
        connection.execute(install_sql(connection.info.server_version // 10000, event_triggers=triggers))
        connection.execute(resources.files("pggit.repo").joinpath("upgrade.sql").read_text(encoding="utf-8"))
        _log(connection, "upgrade")
        aside = connection.execute(
            "select kind || ' ' || case kind when 'ref' then name else left(name, 10) end || ': ' || message"
            " from pggit.set_aside where at = transaction_timestamp() order by kind, name"
        ).fetchall()
    return replace(_installed(connection, "upgrade", ENGINE_VERSION), set_aside=tuple(line for (line,) in aside))


def uninstall(connection: Connection, *, cascade: bool = False) -> bool:
    """Remove the event triggers and schema `pggit` with all that is in it, in one transaction.

    Schema `pggit_stash` goes along if it is the engine's and nothing is in it.

    Args:
        connection: to the database.
        cascade: drop what users made on top of schema `pggit`.

    Returns:
        Whether a schema `pggit_stash` is left.

    Raises:
        Refused: users made something on top of schema `pggit`.
        Busy: another transaction uses the store.
    """
    with translated(), connection.transaction():
        lock_schema(connection, "pggit")
        _quiet(connection)
        if not cascade:
            _require_unused(connection, "pggit uninstall --cascade")
        connection.execute("set local client_min_messages = warning")
        stash = connection.execute(_STASH).fetchone()
        connection.execute("drop schema pggit cascade")
        if stash == (True,):
            connection.execute("drop schema pggit_stash")
        return stash == (False,)


_STASH = """
select s.nspowner = e.nspowner and not exists (
  select from pg_catalog.pg_depend as d
  where d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.refobjid = s.oid)
from pg_catalog.pg_namespace as s join pg_catalog.pg_namespace as e on e.nspname = 'pggit'
where s.nspname = 'pggit_stash'"""
"""Whether schema pggit_stash is the engine's and empty; no row if there is none."""


def _require_unused(connection: Connection, command: str) -> None:
    """Refuse to drop what users made: a column whose type is of the schema would go with its values."""
    query = resources.files("pggit.repo").joinpath("dependents.sql").read_text(encoding="utf-8")
    found = [name for (name,) in connection.execute(query).fetchall()]
    if not found:
        return
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    raise Refused(
        f"what was made on top of schema pggit would be dropped: {', '.join(found[:_NAMED])}{more}",
        hint=f"Save their definitions and drop them, or {command} drops them.",
    )


def _wait_shortly(connection: Connection) -> None:
    connection.execute(f"set local lock_timeout = '{_WAIT}'")


@contextmanager
def _settings(connection: Connection) -> Iterator[None]:
    """Hold the settings for installing, in a transaction that may go on afterwards as it was before."""
    rows = connection.execute(
        "select name, pg_catalog.current_setting(name) from pg_catalog.unnest(%s::text[]) as name",
        [[*_SETTINGS, "lock_timeout", "role"]],
    ).fetchall()
    configure(connection, _SETTINGS, local=True)
    yield
    configure(connection, dict(rows), local=True)


def _as_owner(connection: Connection) -> None:
    """Act as the owner of the engine for the rest of the transaction: what is upgraded keeps its owner."""
    row = connection.execute(
        "select quote_ident(r.rolname) from pg_catalog.pg_namespace as n"
        " join pg_catalog.pg_roles as r on r.oid = n.nspowner where n.nspname = 'pggit' and r.rolname <> current_user"
    ).fetchone()
    if row:
        connection.execute(f"set local role {row[0]}".encode())


def _quiet(connection: Connection) -> bool:
    """Drop the event triggers; whether there were any. Pending readings are done first (else 55006)."""
    connection.execute("set constraints all immediate")
    count = "select count(*) from pg_event_trigger where evtname = any (%s)"
    row = connection.execute(count, [list(_EVENT_TRIGGERS)]).fetchone()
    connection.execute("; ".join(f"drop event trigger if exists {name}" for name in _EVENT_TRIGGERS))
    return bool(row and row[0])


def _log(connection: Connection, action: str) -> None:
    connection.execute("insert into pggit.upgrade_log (version, action) values (%s, %s)", [ENGINE_VERSION, action])


def _installed(connection: Connection, action: str, version: int) -> Installed:
    row = connection.execute("select tracked_by, encode(pggit.head(), 'hex') from pggit.repository").fetchone()
    assert row is not None
    return Installed(action, version, row[0], row[1])
