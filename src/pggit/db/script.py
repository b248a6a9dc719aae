"""Running SQL files as psql would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import PgGitError, SqlFailed, UsageError
from pggit.db.split import Script, ScriptUnreadable, Statement, as_text, read_script, split_script
from pggit.db.sqlstate import translate

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

__all__ = ["ScriptUnreadable", "Statement", "run_script", "split_script"]

_TRANSACTION_WORDS = {"begin", "start", "commit", "end", "rollback", "abort"}
_AT_A_TIME = 256 * 1024
"""So many characters of statements are sent in one round trip, and bytes of a file with rows."""


def run_script(connection: Connection, text: str, *, name: str = "script", one_transaction: bool) -> int:
    """Run a SQL script.

    Args:
        connection: an autocommit connection without an open transaction.
        text: the script; see :func:`pggit.db.split.split_script` for what it may hold.
        name: what messages call it: the path of the file.
        one_transaction: all or nothing, with few round trips. Otherwise each statement is sent by itself and stands
            by itself, unless the script says ``begin``.

    Returns:
        How many statements were run.

    Raises:
        UsageError: the script has a psql command that matters, or controls transactions where it may not.
        SqlFailed: a statement failed; the message begins with ``name:line:``.
        PgGitError: the connection broke, or a lock was not to be had.
    """
    if not connection.autocommit:
        raise UsageError("a script needs an autocommit connection")
    return run_statements(connection, statements_of(text, name), name, one_transaction=one_transaction)


def run_statements(connection: Connection, statements: Sequence[Statement], name: str, *, one_transaction: bool) -> int:
    """Run the statements of a script: as `run_script`, which cuts it."""
    if one_transaction and not any(statement.elsewhere for statement in statements):
        _run_at_once(connection, statements, name)
        return len(statements)
    try:
        for statement in statements:
            _run_one(connection, statement, name)
    except BaseException:
        connection.rollback()
        raise
    return len(statements)


def try_together(connection: Connection, scripts: Sequence[Sequence[Statement]], before_each: str) -> bool:
    """Run several scripts in one transaction, with few round trips.

    Args:
        connection: an autocommit connection without an open transaction.
        scripts: the statements of each; none of them controls transactions.
        before_each: a statement that is run before each script.

    Returns:
        False where any of them failed; nothing is done then, and running them one by one tells which.

    Raises:
        PgGitError: the connection broke.
    """
    import psycopg

    statements = [part for script in scripts for part in (Statement(before_each, 1), *script)]
    try:
        with connection.transaction():
            for batch in _batches(statements):
                if batch[0].is_copy:
                    _copy(connection, batch[0])
                else:
                    _send(connection, _joined(batch))
    except psycopg.Error as error:
        if connection.closed:
            raise translate(error) from error
        return False
    return True


def controls_transactions(statements: Sequence[Statement]) -> bool:
    """Whether a script begins or ends transactions itself."""
    return any(statement.first_word in _TRANSACTION_WORDS for statement in statements)


def parts(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Return a script in the parts between which its transactions end, as a statement is run elsewhere."""
    found: list[list[Statement]] = [[]]
    for statement in statements:
        if statement.elsewhere is not None:
            found += [[statement], []]
        else:
            found[-1].append(statement)
    return [part for part in found if part]


def read_file(path: Path, variables: Mapping[str, str], within: Path | None = None) -> Script:
    """Read a file of SQL, and the files that it includes.

    Args:
        path: the file.
        variables: those that psql would have set.
        within: the directory in which the files that it names must be; None: anywhere.

    Raises:
        UsageError: it is not UTF-8, or has what only psql can do; the message begins with file and line.
    """
    return _read(as_text(path), str(path), path, variables, within)


def statements_of(text: str, name: str) -> list[Statement]:
    """Return the statements of a script.

    Raises:
        UsageError: it has a psql command that matters.
    """
    return _read(text, name, None, {}).statements


def _read(text: str, name: str, path: Path | None, variables: Mapping[str, str], within: Path | None = None) -> Script:
    try:
        return read_script(text, path=path, variables=variables, within=within)
    except ScriptUnreadable as error:
        raise UsageError(f"{error.name or name}:{error.line}: {error.reason}", hint=error.hint) from None


def _run_at_once(connection: Connection, statements: Sequence[Statement], name: str) -> None:
    for statement in statements:
        if statement.first_word in _TRANSACTION_WORDS and not _is_to_savepoint(statement):
            raise UsageError(
                f"{statement.name or name}:{statement.line}: {statement.first_word.upper()}"
                " in a script that is one transaction",
                hint="take it out, or run the script statement by statement",
            )
    with connection.transaction():
        for batch in _batches(statements):
            _run_batch(connection, batch, name)


def _is_to_savepoint(statement: Statement) -> bool:
    return statement.first_word == "rollback" and " to " in f" {' '.join(statement.text.lower().split())} "


def _batches(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Statements that can be sent together: all but COPY, which has data of its own."""
    batch: list[Statement] = []
    length = 0
    for statement in statements:
        if batch and (statement.is_copy or batch[0].is_copy or length > _AT_A_TIME):
            yield batch
            batch, length = [], 0
        batch.append(statement)
        length += len(statement.text)
    if batch:
        yield batch


def _run_batch(connection: Connection, batch: Sequence[Statement], name: str) -> None:
    """Several statements in one round trip. Which of them failed is found by running them again one by one."""
    import psycopg

    if len(batch) == 1:
        _run_one(connection, batch[0], name)
        return
    try:
        with connection.transaction():
            _send(connection, _joined(batch))
    except psycopg.Error as error:
        if connection.closed:
            raise translate(error) from error
        for statement in batch:
            _run_one(connection, statement, name)


def _run_one(connection: Connection, statement: Statement, name: str) -> None:
    import psycopg

    try:
        if statement.elsewhere is not None:
            _run_elsewhere(statement, name)
        elif statement.is_copy:
            _copy(connection, statement)
        else:
            _send(connection, statement.text)
    except psycopg.Error as error:
        raise _located(error, statement, name) from error


def _run_elsewhere(statement: Statement, name: str) -> None:
    assert statement.elsewhere is not None
    try:
        statement.elsewhere()
    except PgGitError as error:
        place = f"{statement.name or name}:{statement.line}: "
        if not error.message.startswith(place):
            error.message = place + error.message
            error.args = (error.message,)
        raise


def _copy(connection: Connection, statement: Statement) -> None:
    with connection.cursor() as cursor, cursor.copy(statement.text.encode()) as copy:
        if statement.copy_file is None:
            copy.write(statement.copy_data or "")
            return
        with statement.copy_file.open("rb") as file:
            while block := file.read(_AT_A_TIME):
                copy.write(block)


def _joined(batch: Sequence[Statement]) -> str:
    # a statement may end in a comment
    return "\n;\n".join(statement.text for statement in batch)


def _send(connection: Connection, text: str) -> None:
    """As a simple query: several statements are allowed, and ``%`` is nothing special."""
    connection.execute(text.encode())


def _located(error: psycopg.Error, statement: Statement, name: str) -> PgGitError:
    """The error with file, line and SQLSTATE, on one line."""
    position = int(error.diag.statement_position or 1)
    line = statement.line_at(position - 1)
    found = translate(error)
    state = f" ({error.sqlstate})" if error.sqlstate else ""
    message = f"{statement.name or name}:{line}: {' '.join(found.message.split())}{state}"
    if isinstance(found, SqlFailed) or found.exit_status == 5:
        return SqlFailed(message, hint=found.hint, sqlstate=error.sqlstate)
    return type(found)(message, hint=found.hint)
