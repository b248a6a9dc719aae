"""Pieces of SQL that definitions hold, each parsed as exactly the piece that it is said to be.

A piece is parsed within a statement in which nothing else can stand in its place. The tree must be that of the same
statement with a sample, but for the one field that the piece fills: so it cannot end the statement, add a clause or a
column, or take in what is written behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pggit.kinds.parsing import children, comments, parse


class Malformed(ValueError):
    """A piece of a definition is not what it must be; the message says what it is instead."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """A piece of SQL.

    Attributes:
        what: what it is, for messages: ``an expression``.
        form: a statement with ``%s`` where the piece stands.
        holes: the fields of the tree that the piece fills, as paths from the statement; one that ends in ``.*`` is
            a list all of which it fills.
        sample: a piece that fits.
        test: returns what is wrong with what fills the first hole and with its text, or None.
    """

    what: str
    form: str
    holes: tuple[str, ...]
    sample: str
    test: Callable[[Any, str], str | None] | None = None

    def __call__(self, value: Any) -> None:
        """Check a piece.

        Raises:
            Malformed: it is not one.
        """
        if not isinstance(value, str):
            raise Malformed(f"is not {self.what}")
        problem = _problem(self, value)
        if problem:
            raise Malformed(problem)


@lru_cache(maxsize=100_000)
def _problem(syntax: Syntax, text: str) -> str | None:
    """Return what is wrong with a piece, or None."""
    if comments(text):
        return f"is not {syntax.what}: it has a comment"
    found = _without(syntax, text.strip())
    if found is None or found[0] != _skeleton(syntax):
        return f"is not {syntax.what}"
    return syntax.test(found[1], text) if syntax.test else None


@lru_cache(maxsize=100)
def _skeleton(syntax: Syntax) -> Any:
    found = _without(syntax, syntax.sample)
    assert found is not None, f"the sample of {syntax.what} does not fit"
    return found[0]


def _without(syntax: Syntax, text: str) -> tuple[Any, Any] | None:
    """Return the statement's tree without what fills the holes, and what fills the first; None if it does not parse."""
    import postgast

    try:
        tree = parse(syntax.form.replace("%s", text))
    except postgast.PgQueryError:
        return None
    if len(tree.stmts) != 1:
        return None
    filling: Any = None
    for hole in syntax.holes:
        taken = _take(tree.stmts[0].stmt, hole.split("."))
        filling = taken if filling is None else filling
    return (tree.stmts[0], filling) if filling is not None else None


def _take(node: Any, path: list[str]) -> Any:
    """Take what is at a path out of a tree and return it; None if there is nothing."""
    *way, last = path
    for step in way:
        if step.isdigit():
            if len(node) <= int(step):
                return None
            node = node[int(step)]
            continue
        if not any(field.name == step for field, _ in node.ListFields()):
            return None
        node = getattr(node, step)
    value: Any = getattr(node, last, None)
    if hasattr(value, "DESCRIPTOR"):
        if not node.HasField(last):
            return None
    elif hasattr(value, "__len__"):
        value = list(value)
    node.ClearField(last)
    return value


def walk(node: Any) -> Iterator[Any]:
    """Yield a message of the parser and all in it."""
    left = [node]
    while left:
        found = left.pop()
        yield found
        left.extend(reversed(children(found)))


# -- what more must hold --------------------------------------------------------------------------------------------


def _is_value(node: Any, text: str) -> str | None:
    """An expression is no ``*``, no ``DEFAULT`` and has no parameters."""
    if node.HasField("column_ref") and any(part.HasField("a_star") for part in node.column_ref.fields):
        return "is not an expression: it is a list of columns"
    if node.HasField("set_to_default"):
        return "is not an expression"
    return _stands_alone(node, text)


_OUTSIDE = re.compile(r"\$[0-9]|\binto\b", re.IGNORECASE)


def _stands_alone(node: Any, text: str) -> str | None:
    """Nothing in it speaks of what is outside: a parameter, SELECT INTO."""
    if not _OUTSIDE.search(text):  # as in most: the tree need not be walked
        return None
    found = {part.DESCRIPTOR.name for part in walk(node)}
    if "ParamRef" in found:
        return "has a parameter"
    return "is SELECT INTO" if "IntoClause" in found else None


_SERIAL = frozenset({"serial", "serial2", "serial4", "serial8", "bigserial", "smallserial"})


def _is_type(node: Any, text: str) -> str | None:
    """A type is one: ``serial`` would make a sequence as well, and a modifier is a constant."""
    names = [part.string.sval for part in node.names]
    if node.setof or node.pct_type:
        return "is not a type"
    if len(names) == 1 and names[0] in _SERIAL:
        return f"is not a type: {names[0]} makes a sequence"
    if any(part.WhichOneof("node") not in ("a_const", "column_ref") for part in node.typmods):
        return "is not a type: its modifier is not a constant"
    return None


def _is_query(node: Any, text: str) -> str | None:
    return _stands_alone(node, text) if node.HasField("select_stmt") else "is not a query"


_CONSTANTS = frozenset(
    """
    A_Const A_Expr BitString Boolean ColumnRef Float Integer List Node PartitionBoundSpec PartitionRangeDatum String
    TypeCast TypeName
    """.split()  # noqa: SIM905
)


def _is_bound(node: Any, text: str) -> str | None:
    """The values of a bound are constants: PostgreSQL computes them when it makes the partition."""
    return None if all(part.DESCRIPTOR.name in _CONSTANTS for part in walk(node)) else "is not a bound of constants"


EXPRESSION = Syntax("an expression", "select all %s", ("select_stmt.target_list.0.res_target.val",), "x", _is_value)
DEFAULT = Syntax(
    "an expression",
    "create table x (y x default %s)",
    ("create_stmt.table_elts.0.column_def.constraints.0.constraint.raw_expr",),
    "x",
    _is_value,
)
TYPE = Syntax("a type", "create table x (y %s)", ("create_stmt.table_elts.0.column_def.type_name",), "x", _is_type)
QUERY = Syntax("a query", "create view x as %s", ("view_stmt.query",), "select 1", _is_query)
BOUND = Syntax(
    "the bound of a partition",
    "alter table x attach partition y %s",
    ("alter_table_stmt.cmds.0.alter_table_cmd.def.partition_cmd.bound",),
    "default",
    _is_bound,
)
PARTITION_KEY = Syntax(
    "a partition key", "create table x (y x) partition by %s", ("create_stmt.partspec",), "list (x)", _stands_alone
)
RULE_BODY = Syntax(
    "condition and actions of a rule",
    "create rule x as on select to y %s",
    ("rule_stmt.actions", "rule_stmt.where_clause", "rule_stmt.instead"),
    "do select 1",
)
SQL_BODY = Syntax(
    "the body of an SQL function",
    "create function x() returns x language x %s",
    ("create_function_stmt.sql_body",),
    "return 1",
)
OPTION_VALUE = Syntax(
    "the value of an option",
    "create text search dictionary x (y = %s)",
    ("define_stmt.definition.0.def_elem.arg",),
    "1",
)
