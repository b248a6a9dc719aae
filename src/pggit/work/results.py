"""What the commands return that change the live schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pggit.apply.results import Applied
from pggit.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done to the live schema, or (``applied`` is None) what would be.

    Attributes:
        plan: the statements, those that keep data and bring it back among them.
        applied: what running it did; None for a dry run, and where nothing was to be done.
        kept: keys of what is put into schema ``pggit_stash``; tables without rows are not.
        returned: keys of tables, columns and sequences that get back what was kept of them.
        commit: hash of the commit that HEAD is at afterwards, where it moves.
        resumed: whether this went on with a run that had been interrupted.
    """

    plan: Plan
    applied: Applied | None
    kept: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    commit: str | None = None
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Data that is kept of a table, a column or a sequence.

    Attributes:
        name: of the relation in schema ``pggit_stash``.
        key: of what it was: ``column public.users.email``.
        branch: the current branch when it was kept.
        commit: hash of the commit at HEAD then.
        time: when.
        by: the role that ran the command.
        owner: the role that owns the relation now.
        bytes: that it takes.
        columns: name → type, of a table.
        type: of a column.
        key_columns: of a column: those by which rows are told apart.
    """

    name: str
    key: str
    branch: str | None
    commit: str | None
    time: datetime
    by: str
    owner: str
    bytes: int
    columns: dict[str, str]
    type: str | None
    key_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stash:
    """Changes that were put aside.

    Attributes:
        number: 0 is the last one.
        ref: its name, good for `diff` and `show`: ``stash/3``.
        hash: of its commit.
        base: hash of the commit that HEAD was at.
        author, time, message: of its commit.
    """

    number: int
    ref: str
    hash: str
    base: str
    author: str
    time: datetime
    message: str
