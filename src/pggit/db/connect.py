"""How pgGit finds its database and connects to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from pggit.core.errors import ConnectionFailed, UsageError
from pggit.db.redact import redact_url

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    from pggit.settings import Settings

_CONNECT_TIMEOUT = "10"
_PASSING = re.compile(
    r"starting up|shutting down|recovery|not (yet )?accepting connections|too many|connection slots|terminating"
)


# A service goes before libpq's other variables: where it is worked out, nothing else may name it.
_ELSEWHERE = ("service", "servicefile")
_KEPT = ("PGPASSFILE", "PGTZ", "PGOPTIONS", "PGAPPNAME", "PGDATESTYLE")


class NotAdmitted(ConnectionFailed):
    """The server is there and refuses this role, password or database: to try again does not help."""


_PINNED = b"""\
set quote_all_identifiers = off;
set search_path = pg_catalog, pg_temp;
set standard_conforming_strings = on;
set transform_null_equals = off;
set array_nulls = on;
set datestyle = 'ISO';
set intervalstyle = 'postgres';
set default_transaction_isolation = 'read committed';
set idle_in_transaction_session_timeout = 0;
select set_config('lock_timeout', '30s', false) where current_setting('lock_timeout') = '0';
select set_config('transaction_timeout', '0', false) where current_setting('transaction_timeout', true) is not null;
select set_config('role', 'none', false) from pg_db_role_setting as s join pg_database as d on d.oid = s.setdatabase
where d.datname = current_database() and s.setrole = 0 and 'role=' || current_setting('role') = any (s.setconfig)
"""
"""What the owner of a database or a role can have set, and what would change the meaning of our SQL or of the answers,
or end our session while it waits for something else. To look at an object can take a lock on it, which any owner of a
table can withhold: nobody waits for ever for that.

``ALTER DATABASE … SET role`` would make others the owner of what we create. A role's own role is the role's choice.
"""


def connect(
    target: str | Settings | None = None, *, dbname: str | None = None, own_path: bool = False
) -> psycopg.Connection[TupleRow]:
    """Connect in autocommit mode.

    The session finds by an unqualified name only what is in ``pg_catalog``, see `pin`.

    Args:
        target: a URL or connection string; or settings, by which the database is chosen; or ``None`` for the
            settings of the current directory.
        dbname: a database other than the one that is named there.
        own_path: leave all settings as the role and the database have them, ``search_path`` too: for SQL that a user
            wrote. What pgGit itself runs there has to name schemas, or to set the path first.

    Raises:
        UsageError: the connection string is not valid.
        NotAdmitted: the server refuses.
        ConnectionFailed: there is no connection.
    """
    import psycopg

    parameters = connection_parameters(target if isinstance(target, str) else database_url(target))
    if dbname is not None:
        parameters["dbname"] = dbname
    try:
        connection = psycopg.Connection.connect(autocommit=True, **parameters)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise _kind(error)(_why(error, parameters)) from None
    if not own_path:
        pin(connection)
    return connection


def pin(connection: psycopg.Connection[TupleRow]) -> None:
    """Set what the meaning of pgGit's SQL depends on: ``search_path = pg_catalog, pg_temp`` and how strings are read.

    `connect` has done so; what runs ``RESET ALL``, or SQL that pgGit did not write, has to do it again. This is one
    round trip, and not an option of the connection: connection poolers refuse those.

    Raises:
        ConnectionFailed: the connection broke.
    """
    import psycopg

    try:
        connection.execute(_PINNED)
    except psycopg.Error as error:
        connection.close()
        raise ConnectionFailed(_why(error, {})) from None


def database_url(settings: Settings | None = None) -> str:
    """The connection string of the tracked database.

    The setting ``db`` goes before libpq's own variables, these before the embedded server, which is started.

    Returns:
        A connection string; an empty one where libpq's variables say all.

    Raises:
        ConnectionFailed: nothing is set, and there is no embedded server.
        Refused: it comes from a project's file, and would take secrets of the user's to another host.
    """
    if settings is None:
        from pggit.settings import load

        settings = load()
    if settings.db is not None:
        return _checked(settings.db, settings, "db")
    if settings.libpq:
        return ""
    from pggit.db import embedded

    return embedded.start(settings)


def scratch_url(settings: Settings | None) -> str | None:
    """The connection string of the server for scratch databases; None where no setting names one.

    Raises:
        Refused: it comes from a project's file, and would take secrets of the user's to another host.
    """
    if settings is None or settings.scratch is None:
        return None
    return _checked(settings.scratch, settings, "scratch")


def _checked(url: str, settings: Settings, name: str) -> str:
    if settings.of_project(name):
        from pggit.db.named_hosts import require_named

        require_named(url, settings, f"{name} in {settings.file}")
    return url


def connection_parameters(url: str) -> dict[str, str]:
    """The parameters of a connection string, with pgGit's own where it says nothing.

    Raises:
        UsageError: it is not valid.
    """
    import psycopg
    from psycopg import conninfo, pq

    try:
        given = conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        # The driver's message quotes the piece that it could not read: that may be the password.
        raise UsageError(
            "the connection string is not valid", hint="postgresql://user@host:5432/name; escape : / @ ? # % as %XX"
        ) from None
    parameters = {name: str(value) for name, value in given.items()}
    parameters.setdefault("fallback_application_name", "pggit")
    parameters.setdefault("client_encoding", "UTF8")
    defaults = {option.keyword: option.val for option in pq.Conninfo.get_defaults()}
    if not defaults.get(b"connect_timeout"):
        parameters.setdefault("connect_timeout", _CONNECT_TIMEOUT)
    return parameters


def connection_url(connection: psycopg.Connection[TupleRow], dbname: str | None = None) -> str:
    """A connection string that leads where this connection does. It holds the password: never show it.

    Args:
        connection: an open connection.
        dbname: another database of the same server.
    """
    from psycopg.conninfo import make_conninfo

    # what we set ourselves, and what libpq works out by itself: other drivers know no such parameters
    left_out = {"fallback_application_name", "connect_timeout", "hostaddr", "replication", "client_encoding"}
    worked_out = {("passfile", str(Path.home() / ".pgpass")), ("sslcertmode", "allow")}
    options = {option.keyword.decode(): option for option in connection.pgconn.info}
    values = {
        name: option.val.decode()
        for name, option in options.items()
        if option.val
        and option.val != option.compiled
        and name not in left_out
        and (name, option.val.decode()) not in worked_out
    }
    if options["password"].val == b"":  # given as empty, so that none is taken from elsewhere
        values["password"] = ""
    values |= {"host": connection.info.host, "port": str(connection.info.port)}
    return make_conninfo(**values | ({"dbname": dbname} if dbname is not None else {}))


def with_options(connection: psycopg.Connection[TupleRow], options: str) -> str:
    """A connection string that leads where this connection does, with options of the session: never show it."""
    from psycopg.conninfo import make_conninfo

    return make_conninfo(connection_url(connection), options=options)


def uri(url: str) -> str:
    """A connection string in the form ``postgresql://…``, for any driver. It may hold a password: never show it."""
    given = _given(url)
    user, password, host, port, name = (given.pop(key, "") for key in ("user", "password", "host", "port", "dbname"))
    if host.startswith(("/", "@")) or "," in host:  # a socket, several hosts: no place in the form but behind ?
        given |= {"host": host} | ({"port": port} if port else {})
        host = port = ""
    host = f"[{host}]" if ":" in host else host
    account = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    place = (f"{account}@" if account else "") + host + (f":{port}" if port else "")
    return f"postgresql://{place}/{quote(name, safe='')}" + (f"?{urlencode(given)}" if given else "")


def url_of(url: str, dbname: str) -> str:
    """A connection string to another database of a server, in the form ``postgresql://…``. It may hold a password."""
    from psycopg.conninfo import make_conninfo

    return uri(make_conninfo(url, dbname=dbname))


def parameters_of(url: str) -> dict[str, str]:
    """What a connection string says, by libpq's keywords: host, port, user, dbname, password where there is one."""
    return _given(url)


def with_password(url: str, password: str | None = None) -> str:
    """A connection string in the form ``postgresql://…``, with another password. It may hold one: never show it.

    Raises:
        UsageError: it is not valid.
    """
    from psycopg.conninfo import make_conninfo

    connection_parameters(url)  # says what is wrong without showing it
    return uri(make_conninfo(url, **({} if password is None else {"password": password})))


def libpq_environment(url: str) -> dict[str, str]:
    """The variables by which libpq's programs find the database of a connection string. They may hold a password."""
    from psycopg import pq

    given = {name: value for name, value in _given(url).items() if name not in _ELSEWHERE}
    return {
        option.envvar.decode(): given[option.keyword.decode()]
        for option in pq.Conninfo.get_defaults()
        if option.envvar and option.keyword.decode() in given
    }


def environment_for(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is to work on the database of a connection string, and on no other.

    The user's own variables of libpq are left out: PGSERVICE and PGHOSTADDR would lead elsewhere. It may hold a
    password.

    Args:
        url: the connection string.
        environ: that of this process.
    """
    from psycopg import pq

    ours = {option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    kept = {name: value for name, value in environ.items() if name not in ours or name in _KEPT}
    return {**kept, **libpq_environment(url)}


def _given(url: str) -> dict[str, str]:
    from psycopg import conninfo

    return {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items()}


def _kind(error: psycopg.Error) -> type[ConnectionFailed]:
    """Tell a refusal from a failure by the words: libpq gives no SQLSTATE for a connection that does not come about.

    Of a server that does not speak English a refusal is taken for a failure.
    """
    said = str(error)
    if "no password supplied" in said:
        return NotAdmitted
    return NotAdmitted if "FATAL:" in said and not _PASSING.search(said) else ConnectionFailed


def _why(error: psycopg.Error, parameters: dict[str, str]) -> str:
    """Why there is no connection, on one line, without the password."""
    said = " ".join(redact_url(str(error)).split()) or "no answer"
    for name in ("password", "sslpassword"):
        secret = parameters.get(name)
        if secret:
            said = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", said)
    return said
