"""Running SQL files as psql would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, PgGitError, SqlFailed, UsageError
from pggit.db.split import ScriptUnreadable, Statement, split_script
from pggit.db.sqlstate import translate

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

__all__ = ["ScriptUnreadable", "Statement", "load_directory", "run_script", "split_script"]

_TRANSACTION_WORDS = {"begin", "start", "commit", "end", "rollback", "abort"}
# no such table, function, type or other object, column, schema; a name that a later file may settle
_NEEDS_ANOTHER = {"42P01", "42883", "42704", "42703", "3F000", "42P17"}
_NOT_IN_TRANSACTION = "25001"

ORDER_FILE = "load.psql"
"""The file of a directory that tells the order of its files, by the lines with which psql includes them."""
_INCLUDED = re.compile(r"^\\ir[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)


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
    statements = _statements(text, name)
    if one_transaction:
        _run_at_once(connection, statements, name)
        return len(statements)
    try:
        for statement in statements:
            _run_one(connection, statement, name)
    except BaseException:
        connection.rollback()
        raise
    return len(statements)


def load_directory(connection: Connection, path: Path) -> list[Path]:
    """Load a ``.sql`` file, or all of a directory and those below it.

    Files go in order of their paths, or as the directory's `ORDER_FILE` lists them, those that it does not list at the
    end; each in a transaction where it can. One that needs what a later one makes is tried again after the others.
    Bodies of functions are not checked.

    Args:
        connection: an autocommit connection without an open transaction; its ``search_path`` and
            ``check_function_bodies`` are as before afterwards.
        path: the file or the directory.

    Returns:
        The files in the order in which they succeeded.

    Raises:
        NotFound: there is no such file, or no ``.sql`` file in the directory.
        SqlFailed: of the files that never succeeded, the first one's error.
        PgGitError: as :func:`run_script`.
    """
    pending = _sql_files(path)
    done: list[Path] = []
    while pending:
        failed: list[tuple[Path, SqlFailed]] = []
        for file in pending:
            try:
                _load_file(connection, file)
            except SqlFailed as error:
                if error.sqlstate not in _NEEDS_ANOTHER:
                    raise
                failed.append((file, error))
            else:
                done.append(file)
        if len(failed) == len(pending):
            raise failed[0][1]
        pending = [file for file, _ in failed]
    return done


def _sql_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted(file for file in path.rglob("*.sql") if file.is_file())
    if not files and not (path / ORDER_FILE).is_file():
        raise NotFound(f"{path} is no .sql file, and no directory that holds any")
    rank = {path / name: number for number, name in enumerate(listed_files(path))}
    return sorted(files, key=lambda file: rank.get(file, len(rank)))


def listed_files(directory: Path) -> list[str]:
    """Return the files that a directory's `ORDER_FILE` lists, relative to it; none where there is no such file."""
    try:
        text = (directory / ORDER_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return _INCLUDED.findall(text)


def _load_file(connection: Connection, file: Path) -> None:
    """One file, in a transaction unless it controls them itself or has a statement that must be outside."""
    try:
        text = _as_written(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 (byte {error.start})") from None
    own = any(statement.first_word in _TRANSACTION_WORDS for statement in _statements(text, str(file)))
    before = connection.execute("select current_setting('search_path'), current_setting('check_function_bodies')")
    kept = before.fetchone()
    connection.execute("set check_function_bodies = off")
    try:
        run_script(connection, text, name=str(file), one_transaction=not own)
    except SqlFailed as error:
        if error.sqlstate != _NOT_IN_TRANSACTION:
            raise
        run_script(connection, text, name=str(file), one_transaction=False)
    finally:
        if not connection.closed:
            connection.execute(
                "select set_config('search_path', %s, false), set_config('check_function_bodies', %s, false)", kept
            )


def _as_written(text: str) -> str:
    """Return a text with line feeds where all its lines end as in Windows; a single carriage return is somebody's."""
    return text.replace("\r\n", "\n") if text.count("\r\n") == text.count("\n") else text


def _statements(text: str, name: str) -> list[Statement]:
    try:
        return split_script(text)
    except ScriptUnreadable as error:
        raise UsageError(f"{name}:{error.line}: {error.reason}", hint=error.hint) from None


def _run_at_once(connection: Connection, statements: list[Statement], name: str) -> None:
    for statement in statements:
        if statement.first_word in _TRANSACTION_WORDS and not _is_to_savepoint(statement):
            raise UsageError(
                f"{name}:{statement.line}: {statement.first_word.upper()} in a script that is one transaction",
                hint="take it out, or run the script statement by statement",
            )
    with connection.transaction():
        for batch in _batches(statements):
            _run_batch(connection, batch, name)


def _is_to_savepoint(statement: Statement) -> bool:
    return statement.first_word == "rollback" and " to " in f" {' '.join(statement.text.lower().split())} "


def _batches(statements: list[Statement]) -> Iterator[list[Statement]]:
    """Statements that can be sent together: all but COPY, which has data of its own."""
    for is_copy, group in groupby(statements, key=lambda statement: statement.copy_data is not None):
        members = list(group)
        yield from ([member] for member in members) if is_copy else [members]


def _run_batch(connection: Connection, batch: list[Statement], name: str) -> None:
    """Several statements in one round trip. Which of them failed is found by running them again one by one."""
    import psycopg

    if len(batch) == 1:
        _run_one(connection, batch[0], name)
        return
    try:
        with connection.transaction():
            _send(connection, ";\n".join(statement.text for statement in batch))
    except psycopg.Error as error:
        if connection.closed:
            raise translate(error) from error
        for statement in batch:
            _run_one(connection, statement, name)


def _run_one(connection: Connection, statement: Statement, name: str) -> None:
    import psycopg

    try:
        if statement.copy_data is None:
            _send(connection, statement.text)
            return
        with connection.cursor() as cursor, cursor.copy(statement.text.encode()) as copy:
            copy.write(statement.copy_data)
    except psycopg.Error as error:
        raise _located(error, statement, name) from error


def _send(connection: Connection, text: str) -> None:
    """As a simple query: several statements are allowed, and ``%`` is nothing special."""
    connection.execute(text.encode())


def _located(error: psycopg.Error, statement: Statement, name: str) -> PgGitError:
    """The error with file, line and SQLSTATE, on one line."""
    position = int(error.diag.statement_position or 1)
    line = statement.line + statement.text.count("\n", 0, position - 1)
    found = translate(error)
    state = f" ({error.sqlstate})" if error.sqlstate else ""
    message = f"{name}:{line}: {' '.join(found.message.split())}{state}"
    if isinstance(found, SqlFailed) or found.exit_status == 5:
        return SqlFailed(message, hint=found.hint, sqlstate=error.sqlstate)
    return type(found)(message, hint=found.hint)
