"""Loading files of SQL into a database that is made for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, SqlFailed, UsageError
from pggit.db.script import controls_transactions, parts, read_file, run_statements, try_together
from pggit.db.split import ELSEWHERE, Script
from pggit.db.sqlfiles import ORDER_FILE, sql_files
from pggit.files import is_within

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

# no such table, function, type or other object, column, schema; a name that a later file may settle
_NEEDS_ANOTHER = {"42P01", "42883", "42704", "42703", "3F000", "42P17"}
_NOT_IN_TRANSACTION = "25001"
_OUT_OF_LOCKS = "53200"


@dataclass(frozen=True)
class Loadable:
    """A file that was read, and is to be run."""

    path: Path
    script: Script

    @property
    def transactional(self) -> bool:
        """Whether it can be part of a transaction, as far as it does not control them itself."""
        return not controls_transactions(self.script.statements) and not self.in_parts

    @property
    def in_parts(self) -> bool:
        """Whether some of its statements are run over another connection."""
        return any(statement.elsewhere for statement in self.script.statements)


def load_directory(connection: Connection, path: Path) -> list[Path]:
    """Load a ``.sql`` file, or all of a directory and those below it: see `load_files`.

    Files go in the order of `sql_files`.

    Raises:
        NotFound: there is no such file, or no ``.sql`` file in the directory.
        PgGitError: as `load_files`.
    """
    return load_files(connection, read_files(connection, path_files(path)))


def path_files(path: Path) -> list[Path]:
    """Return a ``.sql`` file, or all of a directory and those below it, in the order in which they are loaded.

    Raises:
        NotFound: there is no such file, or no ``.sql`` file in the directory.
    """
    if path.is_file():
        return [path]
    files = sql_files(path)
    if not files and not (path / ORDER_FILE).is_file():
        raise NotFound(f"{path} is not a .sql file, nor a directory that holds any")
    return files


def read_files(connection: Connection, files: Sequence[Path], within: Path | None = None) -> list[Loadable]:
    """Read files of SQL; those that another one includes are left out, as it runs them.

    Args:
        connection: what psql's variables ``DBNAME``, ``USER``, ``SERVER_VERSION_NUM`` and ``ENCODING`` are taken from.
            Each file begins with these alone.
        files: in the order in which they are to run.
        within: the directory in which they and what they name must be, wherever links lead; None: anywhere.

    Raises:
        UsageError: one is not UTF-8, has what only psql can do, or is elsewhere.
    """
    if within is not None and (outside := [file for file in files if not is_within(file, within)]):
        raise UsageError(f"{outside[0]} is a link out of {within}", hint=ELSEWHERE)
    info = connection.info
    variables = {
        "DBNAME": info.dbname,
        "USER": info.user,
        "SERVER_VERSION_NUM": str(info.server_version),
        "ENCODING": "UTF8",
    }
    read = [Loadable(file, read_file(file, variables, within)) for file in files]
    included = {path.resolve() for one in read for path in one.script.included}
    return [one for one in read if not included or one.path.resolve() not in included]


def load_files(connection: Connection, files: Sequence[Loadable]) -> list[Path]:
    """Load files of SQL, all in one transaction where that can be.

    Otherwise each is in a transaction of its own where it can, and one that needs what a later one makes is tried again
    after the others. Bodies of functions are not checked. ``search_path`` is the same before each file.

    Args:
        connection: an autocommit connection without an open transaction; its ``search_path`` and
            ``check_function_bodies`` are as before afterwards.
        files: in their order.

    Returns:
        The files in the order in which they succeeded.

    Raises:
        SqlFailed: of the files that never succeeded, the first one's error; it begins with file and line.
        PgGitError: the connection broke, or the role may not do something.
    """
    loading = _Loading(connection)
    try:
        return loading.run(files)
    finally:
        if not connection.closed:
            connection.execute(loading.settings(loading.checking))


class _Loading:
    """The settings that each file starts with, and how one is run."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        row = connection.execute(
            "select current_setting('search_path'), current_setting('check_function_bodies')"
        ).fetchone()
        assert row is not None
        self.search_path, self.checking = row
        self.done: dict[Path, int] = {}
        self.paths: dict[Path, str] = {}

    def settings(self, checking: str = "off") -> str:
        """The statement by which a file starts with the settings that it should have."""
        from psycopg import sql

        text = sql.SQL(
            "select pg_catalog.set_config('search_path', {}, false),"
            " pg_catalog.set_config('check_function_bodies', {}, false)"
        )
        return text.format(sql.Literal(self.search_path), sql.Literal(checking)).as_string(self.connection)

    def run(self, files: Sequence[Loadable]) -> list[Path]:
        """Run all files: together, else one by one."""
        if (
            len(files) > 1
            and all(file.transactional for file in files)
            and try_together(self.connection, [file.script.statements for file in files], self.settings())
        ):
            return [file.path for file in files]
        return self._one_by_one(list(files))

    def _one_by_one(self, pending: list[Loadable]) -> list[Path]:
        done: list[Path] = []
        while pending:
            failed: list[tuple[Loadable, SqlFailed]] = []
            for file in pending:
                try:
                    self._one(file)
                except SqlFailed as error:
                    if error.sqlstate not in _NEEDS_ANOTHER:
                        raise
                    failed.append((file, error))
                else:
                    done.append(file.path)
            if len(failed) == len(pending):
                raise failed[0][1]
            pending = [file for file, _ in failed]
        return done

    def _one(self, file: Loadable) -> None:
        """One file, in a transaction unless it controls them itself or has a statement that must be outside."""
        self.connection.execute(self.settings())
        if file.in_parts and not controls_transactions(file.script.statements):
            self._in_parts(file)
            return
        try:
            self._statements(file, one_transaction=file.transactional)
        except SqlFailed as error:
            if error.sqlstate not in (_NOT_IN_TRANSACTION, _OUT_OF_LOCKS) or not file.transactional:
                raise
            # each of a thousand tables is locked until the end of the transaction
            self._statements(file, one_transaction=False)

    def _in_parts(self, file: Loadable) -> None:
        """One file of which each part is a transaction; where one failed before, it goes on with that."""
        if file.path in self.paths:
            self.connection.execute("select pg_catalog.set_config('search_path', %s, false)", [self.paths[file.path]])
        for number, part in enumerate(parts(file.script.statements)):
            if number < self.done.get(file.path, 0):
                continue
            try:
                run_statements(self.connection, part, str(file.path), one_transaction=True)
            except SqlFailed as error:
                if error.sqlstate not in (_NOT_IN_TRANSACTION, _OUT_OF_LOCKS):
                    raise
                run_statements(self.connection, part, str(file.path), one_transaction=False)
            self.done[file.path] = number + 1
            row = self.connection.execute("select pg_catalog.current_setting('search_path')").fetchone()
            assert row is not None
            self.paths[file.path] = row[0]

    def _statements(self, file: Loadable, *, one_transaction: bool) -> None:
        try:
            run_statements(self.connection, file.script.statements, str(file.path), one_transaction=one_transaction)
        except SqlFailed as error:
            if error.sqlstate == _OUT_OF_LOCKS and (not one_transaction or not file.transactional):
                raise SqlFailed(error.message, hint=self._more_locks(), sqlstate=error.sqlstate) from error
            raise

    def _more_locks(self) -> str:
        row = self.connection.execute("select current_setting('max_locks_per_transaction')").fetchone()
        assert row is not None
        return (
            f"the server's table of locks is full: raise max_locks_per_transaction (now {row[0]}),"
            " or put fewer tables into one transaction."
        )
