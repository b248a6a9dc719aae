"""Data that a plan would drop is put into schema ``pggit_stash``, in the transaction of the statement that drops it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.apply.steps import Step, steps
from pggit.core.identity import unquote
from pggit.kinds import kind_of_key
from pggit.kinds.ddl import literal
from pggit.kinds.relation import relation_of
from pggit.plan.model import Hazard, Plan, Statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from pggit.core.results import Status

    HasKey = Callable[[str, str], bool]

SCHEMA = "pggit_stash"
_FORMAT = 1
_LOST = ("data-loss", "not-reversible")


def keep(plan: Plan, names: Iterator[str], status: Status, has_key: HasKey) -> tuple[Plan, dict[str, str]]:
    """Put statements into a plan that keep what it would drop: rows, values of columns, positions of sequences.

    What else loses data (a type that holds less, an extension that goes) stays as it is, and is refused or allowed
    when the plan is run.

    Args:
        plan: as the planner made it.
        names: what kept relations may be called.
        status: where HEAD is: noted, so that each branch gets back its own.
        has_key: called with (relation, column), as they are before the plan; whether rows can be told apart
            without the column.

    Returns:
        The plan, and the key of what is kept → its name.
    """
    before = {new: old for old, new in plan.renames}
    kept: dict[str, str] = {}
    found: list[Statement] = []
    for step in steps(plan.statements):
        found += _step(step, names, status, lambda relation, column: has_key(*_was(before, relation, column)), kept)
    return replace(plan, statements=tuple(found)), kept


def _was(before: dict[str, str], relation: str, column: str) -> tuple[str, str]:
    """Return a relation and a column by the names that they have before the plan."""
    return before.get(f"table {relation}", f"table {relation}").removeprefix("table "), column


def _step(step: Step, names: Iterator[str], status: Status, has_key: HasKey, kept: dict[str, str]) -> list[Statement]:
    """Return the statements of a step with those that keep. Values are copied before their table's key may go."""
    found: list[Statement] = []
    for statement in step.statements:
        what = _drops(statement)
        if what is None or step.form != "transaction" or (what == "column" and not has_key(*_column(statement))):
            found.append(statement)
            continue
        name = kept[statement.key] = next(names)
        keeping = _keeping(what, statement, name, status)
        if what != "column":
            found.append(replace(keeping, hazards=_without_loss(statement)))
            continue
        found.insert(_first_of(statement, found), keeping)
        found.append(replace(statement, hazards=_without_loss(statement)))
    return found


def _drops(statement: Statement) -> str | None:
    """Return the kind of what a statement drops with its data, or None."""
    kind, identity = kind_of_key(statement.key)
    if kind in ("table", "sequence") and statement.sql == f"drop {kind} {identity}":
        return kind
    if kind != "column" or not (statement.relation or "").startswith("table "):
        return None
    relation, column = relation_of(identity)
    dropped = statement.sql.startswith(f"alter table {relation} drop column ") and statement.sql.endswith(f" {column}")
    lost = any(hazard.kind == "data-loss" for hazard in statement.hazards)
    return "column" if dropped and lost else None


def _column(statement: Statement) -> tuple[str, str]:
    relation, column = relation_of(kind_of_key(statement.key)[1])
    return relation, unquote(column)


def _keeping(what: str, statement: Statement, name: str, status: Status) -> Statement:
    about = json.dumps(
        {SCHEMA: _FORMAT, "key": statement.key, "branch": status.branch, "commit": status.head}, ensure_ascii=False
    )
    named = _column(statement) if what == "column" else (kind_of_key(statement.key)[1],)
    arguments = ", ".join(literal(text) for text in (*named, name, about))
    return replace(
        statement,
        sql=f"select pggit.keep_{what}({arguments})",
        scans=what == "column",
        statement_timeout=0,
        hazards=(),
        reverse=None,
    )


def _first_of(statement: Statement, before: list[Statement]) -> int:
    """Return where in the step its table is touched first; renames come before that."""
    for index, other in enumerate(before):
        if other.relation == statement.relation and other.verb != "rename":
            return index
    return len(before)


def _without_loss(statement: Statement) -> tuple[Hazard, ...]:
    return tuple(hazard for hazard in statement.hazards if hazard.kind not in _LOST)
