"""Running what ``pg_dump`` writes, as it writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING

from pggit.core.errors import SqlFailed
from pggit.db.connect import pin
from pggit.db.constants import constants, require_own_constants
from pggit.db.creating import alter_table, create_table, owner_change
from pggit.db.script import Statement, run_statements
from pggit.db.session import run
from pggit.db.sqlstate import translated
from pggit.db.staged import copy_rows

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

    Connection = psycopg.Connection[TupleRow]

_OUT_OF_LOCKS = "53200"
_AT_A_TIME = 200
_OWNER = re.compile(r"ALTER (?:FOREIGN )?TABLE .* OWNER TO ", re.DOTALL)
_COMPUTING = re.compile(r"CREATE (?:UNLOGGED |FOREIGN )?TABLE .*(?:GENERATED|PARTITION)", re.DOTALL)
_CHECKING = re.compile(r"ALTER TABLE .*(?:ADD CONSTRAINT .* FOREIGN KEY|ATTACH PARTITION)", re.DOTALL)
"""What may be one of these statements, which the parser then tells: names can hold anything."""

_SETTING = re.compile(r"SET (\w+) = ")
_SETTINGS = {
    "check_function_bodies", "client_min_messages", "default_table_access_method", "default_tablespace", "row_security",
    "standard_conforming_strings", "xmloption",
}  # fmt: skip
"""Settings of ``pg_dump`` that its statements need; a newer one sets some that the server does not know."""


def restore(
    target: Connection,
    statements: Iterable[str],
    *,
    prepare: Callable[[Sequence[Statement], str], list[Statement]] | None = None,
) -> None:
    """Run the statements of a dump, in one transaction where the server's table of locks is large enough.

    Args:
        target: in autocommit mode.
        statements: of the dump.
        prepare: given the statements and their name, returns those to run; None: as they are.

    Raises:
        SqlFailed: the server does not take one of them.
        PermissionDenied: the role may not run it.
    """
    wanted = [Statement(text, 1) for text in statements if _is_for_any_server(text)]
    if prepare is not None:
        _run(target, prepare(wanted, "pg_dump"))
    else:
        _run_for_owners(target, wanted)
    run(target, "reset all")
    pin(target)


def _run_for_owners(target: Connection, wanted: list[Statement]) -> None:
    """Run statements of which some run code of a table's owner: those run with the rights of that role."""
    changes = (owner_change(one.text) for one in wanted if _OWNER.match(one.text))
    owners = dict(change for change in changes if change is not None)
    begin = 0
    for number, statement in enumerate(wanted):
        text = statement.text
        if _COMPUTING.match(text) or _CHECKING.match(text):
            _run(target, wanted[begin:number])
            with translated():
                begin = number + (create_table(target, text, owners.get) or alter_table(target, text))
        if begin <= number and constants(text) is not None:  # types are looked up once they are there
            _run(target, wanted[begin:number])
            require_own_constants(target, text)
            begin = number
    _run(target, wanted[begin:])


def _run(target: Connection, wanted: list[Statement]) -> None:
    try:
        run_statements(target, wanted, "pg_dump", one_transaction=True)
    except SqlFailed as error:
        if error.sqlstate != _OUT_OF_LOCKS:
            raise
        run_statements(target, wanted, "pg_dump", one_transaction=False)


def restore_rows(target: Connection, output: IO[str]) -> None:
    """Run the part of a dump that holds rows, while it is being written.

    Raises:
        SqlFailed: the server does not take the rows.
    """
    statement: list[str] = []
    lines = iter(output)
    with translated():
        for line in lines:
            if not statement and (line.startswith(("--", "\\")) or not line.strip()):
                continue
            statement.append(line)
            if not line.endswith(";\n"):
                continue
            text = "".join(statement)
            statement.clear()
            if text.startswith("COPY "):
                copy_rows(target, text, _blocks(lines))
            elif _is_for_any_server(text):
                target.execute(text.encode(), prepare=False)
    run(target, "reset all")
    pin(target)


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    """The rows up to the line that ends them, many at a time."""
    block: list[str] = []
    for line in lines:
        if line == "\\.\n":
            break
        block.append(line)
        if len(block) == _AT_A_TIME:
            yield "".join(block)
            block.clear()
    yield "".join(block)


def _is_for_any_server(statement: str) -> bool:
    match = _SETTING.match(statement)
    return match is None or match[1] in _SETTINGS
