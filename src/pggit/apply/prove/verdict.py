"""What a proof says: what was looked at, on what, and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pggit.core.results import Check

Rows = Literal["none", "seeded", "real"]
ON: dict[Rows, str] = {"none": "schema only", "seeded": "seeded rows", "real": "real rows"}
"""What a plan can be proven on."""

CHECKS = {
    "target": "the state that the plan leads to is the one that it was made for",
    "clone": "the clone is as the live database",
    "apply": "all statements run",
    "re-read": "the clone, read again, is as the plan says",
    "dump": "pg_dump writes the same of the clone and of the target",
    "second plan": "from the clone to the target there is nothing left to do",
    "rows": "the rows are there that the plan must leave",
}
"""The checks in their order, and what each has found out where it is ``ok``."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a plan.

    Attributes:
        checks: each of `CHECKS`, with status ``ok``, ``failed`` or ``skipped``.
        on: what it was tried on, as in `ON`.
        not_exercised: what the proof says nothing about, a sentence each.
        notes: what is no difference to act on: columns in another order, values of another type.
    """

    checks: tuple[Check, ...]
    on: str
    not_exercised: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether every check ran and found nothing; only rows may be left out, where there was to be none."""
        schema_only = self.on == ON["none"]
        return {check.name for check in self.checks} == CHECKS.keys() and all(
            check.status == "ok" or (check.name == "rows" and check.status == "skipped" and schema_only)
            for check in self.checks
        )
