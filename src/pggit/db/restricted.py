"""Statements that run with the rights of another role, in a context that the code of that role cannot leave.

``SET ROLE`` is not such a context: a trigger, or a function of a CHECK, can ``RESET ROLE``. PostgreSQL has one for
its own maintenance, the security-restricted operation. Nothing in it can change the role, prepare statements, make
temporary tables or cursors that outlive it, or leave work for the end of the transaction, and all settings are as
before afterwards. SQL enters it by ``REFRESH MATERIALIZED VIEW``, which reads the view's query with the rights of the
view's owner. So the statement is made the query of a view, in a schema that exists only within the transaction.

https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pggit.core.errors import PermissionDenied, PgGitError, SqlFailed
from pggit.core.identity import split_name, unquote
from pggit.db import resources, trust
from pggit.db.session import configured
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

Run = Callable[[str], int]
"""Runs one statement; returns how many rows it changed or returned."""

_NO_SUCH_NAME = ("42P01", "42883", "42704", "3F000")
_IDLE = 0  # psycopg.pq.TransactionStatus
_NAMES = (
    "Functions find unqualified names in {path}; schemas of the search_path in which less trusted roles may create"
    " objects are left out: qualify the name, give the function a SET search_path, or revoke CREATE on the schema."
)


def less_trusted_owner(
    connection: Connection,
    *,
    relation: str | None = None,
    domain: str | None = None,
    lock: str = "access share",
    retyped: bool = False,
    running: Sequence[str] | None = None,
) -> str | None:
    """Return the owner of a relation or of a domain, if code of that role must not run with the rights of the session.

    The answer holds to the end of the transaction, if there is one: a relation in a schema of a less trusted role, who
    could put another in its place, is locked.

    Args:
        connection: a session of pgGit's own.
        relation, domain: the name of one of them, as SQL writes it.
        lock: the mode in which the statement that follows locks the relation.
        retyped: columns get other types, so that foreign keys of other tables are checked.
        running: relations whose code runs, and that of what hangs on them; None: of the relation.

    Returns:
        The role, as SQL writes it; None if there is no such object, or if the owner is a superuser, the session's own
        role, or a role with all its rights.

    Raises:
        PermissionDenied: partitions, children or other tables whose code would run, too, belong to a role that is less
            trusted than the one with whose rights it would run.
    """
    roots = [relation] if running is None else list(running)
    named = {"relation": relation, "domain": domain, "retyped": retyped, "running": roots}
    with translated():
        rows = connection.execute(_sql("owner").encode(), named).fetchall()
        if rows and rows[0][-1] and connection.info.transaction_status != _IDLE:
            connection.execute(f"lock table {relation} in {lock} mode".encode())
            rows = connection.execute(_sql("owner").encode(), named).fetchall()
    if not rows:
        return None
    owner, stranger, role, runner, _ = rows[0]
    if stranger is not None:
        raise PermissionDenied(
            f"{relation} cannot be changed: {stranger} belongs to role {role}, whose code would run with the rights of"
            f" {runner}",
            hint=f"Give {stranger} to the owner of {relation}, or run this as a role with no more rights than {role}.",
        )
    return None if owner is None else str(owner)


def is_less_trusted(connection: Connection, role: str) -> bool:
    """Tell whether code of a role, as SQL writes it, must not run with the rights of the session."""
    with translated():
        rows = connection.execute(_sql("weaker").encode(), {"role": role}).fetchall()
    return rows == [(True,)]


def search_path_of(connection: Connection, role: str | None = None) -> str:
    """Return the ``search_path`` that a role has in this database, without schemas of less trusted roles.

    Args:
        connection: a session of pgGit's own.
        role: as SQL writes it; None: that of the session.
    """
    with translated():
        ((path,),) = connection.execute(_sql("path").encode(), {"role": role}).fetchall()
    return str(path)


@contextmanager
def own_names(connection: Connection) -> Iterator[None]:
    """Let code of the roles that the session trusts find unqualified names, for as long as the block lasts.

    Such code is what runs with the session's own rights. The names are found by the ``search_path`` that the session's
    role has in this database, as far as no less trusted role can create objects in its schemas.
    """
    path = search_path_of(connection)
    with configured(connection, {"search_path": path}):
        try:
            yield
        except SqlFailed as error:
            if error.sqlstate in _NO_SUCH_NAME:
                _add_hint(error, _NAMES.format(path=path))
            raise


def has_default_partition(connection: Connection, relation: str) -> bool:
    """Tell whether a table, as SQL writes it, has a default partition."""
    with translated():
        ((found,),) = connection.execute(_sql("default_partition").encode(), {"relation": relation}).fetchall()
    return bool(found)


def create_as(connection: Connection, role: str, relation: str, statement: str) -> None:
    """Run CREATE TABLE with the rights of a role, which may create in the schema for as long as that takes.

    Args:
        connection: a session of pgGit's own.
        role: who is to own the table, as SQL writes it.
        relation: the table, as SQL writes it.
        statement: CREATE TABLE. PostgreSQL computes parts of its expressions at once.

    Raises:
        PermissionDenied: the role lacks a right that it needs, its code makes something else in the schema, or the
            session's role may not become that role.
    """
    schema = _schema_of(relation)
    with connection.transaction(), _lending_create(connection, role, schema) as lent:
        before = _members(connection, schema)
        with restricted(connection, role) as run:
            run(statement)
        made = _members(connection, schema) - before
        if lent and len(made) != 1:
            raise PermissionDenied(
                f"code of {role} made {len(made)} objects in schema {schema} where it is asked for one table"
            )


def may_run_casts(connection: Connection) -> bool:
    """Tell whether a role that is not a superuser has made a cast in the database."""
    with translated():
        ((found,),) = connection.execute(_sql("casts").encode()).fetchall()
    return bool(found)


def is_foreign_key(connection: Connection, relation: str, name: str) -> bool:
    """Tell whether a constraint of a relation, as SQL writes that, is a foreign key."""
    with translated():
        query = _sql("is_foreign_key").encode()
        ((found,),) = connection.execute(query, {"relation": relation, "name": name}).fetchall()
    return bool(found)


@contextmanager
def _lending_create(connection: Connection, role: str, schema: str) -> Iterator[bool]:
    """Let a role create in a schema for the length of a block, in a transaction; yields whether it could not before.

    USAGE is never lent: its code could reach all that is granted to it, or to PUBLIC, in the schema.
    """
    from psycopg import sql

    # a role is quoted already, as everywhere here
    names = {"schema": sql.Identifier(schema), "role": sql.SQL(role)}
    with translated():
        query = _sql("lacks_create").encode()
        ((lacks,),) = connection.execute(query, {"role": role, "schema": schema}).fetchall()
        if lacks:
            connection.execute(sql.SQL("grant create on schema {schema} to {role}").format(**names))
    yield bool(lacks)
    if lacks:
        with translated():
            connection.execute(sql.SQL("revoke create on schema {schema} from {role}").format(**names))


def _schema_of(name: str) -> str:
    return unquote(split_name(name)[0])


def _members(connection: Connection, schema: str) -> set[tuple[int, int]]:
    """Return the objects in a schema, by catalog and oid, without those that are part of others."""
    with translated():
        return set(connection.execute(_sql("members").encode(), {"schema": schema}).fetchall())


@contextmanager
def restricted(connection: Connection, role: str) -> Iterator[Run]:
    """Run statements with the rights of a role for the length of a block, in a context that cannot be left.

    Unqualified names in functions and triggers are found by the role's own ``search_path`` in this database, as far as
    only the role itself and those that it trusts can create objects in its schemas.

    Args:
        connection: a session of pgGit's own, in a transaction. If the block, or a statement, raises, the transaction or
            the savepoint has to be rolled back.
        role: as SQL writes it.

    Yields:
        What runs a statement.

    Raises:
        PermissionDenied: the session's role may not become that role, or may not make a schema.
    """
    own = f"pggit_run_{secrets.token_hex(8)}"
    path = search_path_of(connection, role)
    with translated():
        ((waiting,),) = connection.execute(_sql("deferred").encode()).fetchall()
    _open(connection, own, role, path)

    def run(statement: str) -> int:
        from psycopg import sql

        text = sql.SQL(_sql("run")).format(
            schema=sql.SQL(own),
            statement=sql.Literal(statement),
            deferred=sql.SQL(f"set constraints {waiting} deferred;" if waiting else ""),
        )
        try:
            with translated():
                cursor = connection.execute(text.as_string(connection).encode())
                while cursor.nextset():
                    pass
                ((changed,),) = cursor.fetchall()
        except PgGitError as error:
            _explain(error, role)
            raise
        return int(changed)

    yield run
    with translated():
        connection.execute(_filled("close", schema=own))


def _open(connection: Connection, schema: str, role: str, path: str) -> None:
    try:
        with translated():
            connection.execute(_filled("open", schema=schema, role=role, path=path))
    except PermissionDenied as error:
        raise PermissionDenied(
            f"what {role} owns can be changed only with the rights of {role}, which this role cannot use here:"
            f" {error.message}",
            hint=f"Connect as {role} or as a superuser; else the role needs CREATE on the database and membership"
            f" in {role}.",
        ) from error


def _explain(error: PgGitError, role: str) -> None:
    """Say in the hint whose rights a statement had that failed for want of them, or of a name."""
    if isinstance(error, PermissionDenied):
        hint = (
            f"The statement runs code of {role}, who owns what it changes, and therefore has the rights of {role}:"
            f" grant {role} what is missing."
        )
    elif isinstance(error, SqlFailed) and error.sqlstate in _NO_SUCH_NAME:
        hint = (
            f"Code of {role} runs with the search_path of {role}, without schemas in which others may create objects:"
            f" qualify the name, or give the function a SET search_path."
        )
    else:
        return
    _add_hint(error, hint)


def _add_hint(error: PgGitError, hint: str) -> None:
    error.hint = f"{error.hint} {hint}" if error.hint else hint


def _filled(name: str, **values: str) -> bytes:
    text = _sql(name)
    for part, value in values.items():
        text = text.replace(f"{{{part}}}", value)
    return text.encode()


def _sql(name: str) -> str:
    return trust.filled(resources.blocks("pggit.db", "restricted.sql")[name])
