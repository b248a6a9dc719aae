"""How pgGit finds its database and connects to it."""

from __future__ import annotations

import re
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


class NotAdmitted(ConnectionFailed):
    """The server is there and refuses this role, password or database: to try again does not help."""


def connect(target: str | Settings | None = None, *, dbname: str | None = None) -> psycopg.Connection[TupleRow]:
    """Connect in autocommit mode.

    Args:
        target: a URL or connection string; or settings, by which the database is chosen; or ``None`` for the
            settings of the current directory.
        dbname: a database other than the one that is named there.

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
        return psycopg.Connection.connect(autocommit=True, **parameters)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise _kind(error)(_why(error, parameters)) from None


def database_url(settings: Settings | None = None) -> str:
    """The connection string of the tracked database.

    The setting ``db`` goes before libpq's own variables, these before the embedded server, which is started.

    Returns:
        A connection string; an empty one where libpq's variables say all.

    Raises:
        ConnectionFailed: nothing is set, and there is no embedded server.
    """
    if settings is None:
        from pggit.settings import load

        settings = load()
    if settings.db is not None:
        return settings.db
    if settings.libpq:
        return ""
    from pggit.db import embedded

    return embedded.start(settings)


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

    given = _given(url)
    return {
        option.envvar.decode(): given[option.keyword.decode()]
        for option in pq.Conninfo.get_defaults()
        if option.envvar and option.keyword.decode() in given
    }


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
