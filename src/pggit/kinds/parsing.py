"""PostgreSQL's own parser, by way of ``postgast`` (libpg_query), for text that nobody vouches for.

The parser and what decodes its result call themselves for each level of nesting, so a text of some hundred kilobytes
can overflow the stack of the process. Large texts are parsed on a stack of their own; too large ones are refused.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import Any

_IN_PLACE = 16_000
"""So many characters are parsed where they stand: the parser does not nest deeper than half of them."""

_LONGEST = 400_000
"""So many characters outside of string constants are parsed at all."""

_STACK = 512 * 1024 * 1024
_DEEPEST = 4_000
"""Levels of a tree: PostgreSQL itself refuses deeper ones ("stack depth limit exceeded")."""

_CONSTANT = re.compile(r"'(?:[^'\\]|''|\\.)*'|(\$(?:[^\W\d]\w*)?\$).*?\1", re.DOTALL)


def parse(sql: str) -> Any:
    """Parse SQL.

    Args:
        sql: one statement or several.

    Returns:
        The parser's ``ParseResult``.

    Raises:
        postgast.PgQueryError: it is not SQL, or is larger or nests deeper than any real statement.
    """
    import postgast

    _prepare()
    if "\0" in sql:
        raise postgast.PgQueryError("there is a null byte in the statement")
    try:
        if len(sql) <= _IN_PLACE:
            return postgast.parse(sql)
        return _on_own_stack(sql)
    except UnicodeEncodeError:
        raise postgast.PgQueryError("the statement is not valid Unicode") from None


def comments(sql: str) -> bool:
    """Tell whether there is a comment in a piece of SQL, outside of constants and quoted names."""
    if "--" not in sql and "/*" not in sql:
        return False
    import postgast
    from postgast import pg_query_pb2

    kinds = (pg_query_pb2.Token.SQL_COMMENT, pg_query_pb2.Token.C_COMMENT)
    try:
        return any(token.token in kinds for token in postgast.scan(sql).tokens)
    except postgast.PgQueryError:  # a constant or comment that does not end
        return True


@cache
def _prepare() -> None:
    """Let the decoder follow more than its usual hundred levels, which a sum of fifty terms already has."""
    try:
        from google._upb import _message  # type: ignore[import-untyped]
    except ImportError:  # the decoder in Python has no limit
        return
    _message.SetAllowOversizeProtos(True)


def _on_own_stack(sql: str) -> Any:
    import postgast

    if len(_CONSTANT.sub("", sql)) > _LONGEST:
        raise postgast.PgQueryError(f"the statement has more than {_LONGEST} characters")
    found: list[Any] = []

    def work() -> None:
        try:
            found.append(postgast.parse(sql))
        except Exception as error:  # raised again by the caller
            found.append(error)

    with _ONE:
        before = threading.stack_size(_STACK)
        try:
            thread = threading.Thread(target=work)
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    (result,) = found
    if isinstance(result, postgast.PgQueryError | UnicodeEncodeError):
        raise result
    if isinstance(result, Exception) or _depth(result) > _DEEPEST:
        raise postgast.PgQueryError("the statement is nested too deeply")
    return result


_ONE = threading.Lock()


def _depth(tree: Any) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [below for node in level for below in children(node)]
    return deepest


def children(node: Any) -> list[Any]:
    """Return the messages that a message of the parser holds, in the order of its fields."""
    found: list[Any] = []
    for field, value in node.ListFields():
        if field.message_type is not None:
            found.extend([value] if hasattr(value, "DESCRIPTOR") else value)
    return found
