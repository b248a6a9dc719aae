"""What a merge returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pggit.core.merge import Conflict
from pggit.core.results import Change
from pggit.plan.model import Plan
from pggit.work.merge.rules import Finding
from pggit.work.results import Changed

Outcome = Literal["up to date", "fast-forward", "merged", "conflicts", "does not load", "findings"]


@dataclass(frozen=True, slots=True)
class MergeDone:
    """What a merge did.

    Attributes:
        outcome: ``conflicts``, ``does not load`` and ``findings`` changed nothing.
        ours, theirs: hashes of the two commits.
        commit: hash of the commit that HEAD is at afterwards; None where nothing was recorded.
        conflicts: those that are not resolved.
        refused: what PostgreSQL said of the merged schema, where it does not load.
        findings: what the merge breaks though it loads; with outcome ``merged`` those that were accepted.
        changed: what was done to the live schema; None where it was left alone.
        plan: the plan from our commit to the merged state, where it was asked for.
    """

    outcome: Outcome
    ours: str
    theirs: str
    commit: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    refused: str | None = None
    findings: tuple[Finding, ...] = ()
    changed: Changed | None = None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a merge of two commits would come to.

    Attributes:
        outcome: as of a merge.
        ours, theirs: hashes of the two commits.
        conflicts: all of them.
        changes: what the merge would change of ours; with conflicts, as far as our side is taken for them.
        refused: what PostgreSQL said of the merged schema, where it does not load.
        findings: what the merge breaks though it loads.
    """

    outcome: Outcome
    ours: str
    theirs: str
    conflicts: tuple[Conflict, ...]
    changes: tuple[Change, ...]
    refused: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A conflict as the store keeps it.

    Attributes:
        key, group, name, attributes, base, ours, theirs, together, message: as of `Conflict`.
        choice: what is taken: ``ours``, ``theirs``, ``base`` or ``sql``; None where it is not resolved.
        objects: of choice ``sql``: group → key → definition, or None where there shall be no such object.
        reason, who, time: why, by whom and when it was resolved.
    """

    key: str
    group: str
    name: str
    attributes: tuple[str, ...]
    base: Mapping[str, Any] | None
    ours: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    together: tuple[tuple[str, str], ...]
    message: str
    choice: str | None
    objects: Mapping[str, Any] | None
    reason: str | None
    who: str | None
    time: datetime | None


@dataclass(frozen=True, slots=True)
class OpenMerge:
    """The merge that stopped at conflicts.

    Attributes:
        id: its number in ``pggit.merges``.
        ours, theirs: hashes of the two commits.
        name: what is merged, as the user called it.
        message: of the commit to make.
        time, who: when and by whom it was begun.
        conflicts: all of them, resolved or not.
    """

    id: int
    ours: str
    theirs: str
    name: str
    message: str
    time: datetime
    who: str
    conflicts: tuple[Kept, ...]
