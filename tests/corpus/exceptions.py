"""Pairs of the corpus that do not pass, each with the reason; `docs/coverage.md` has the reasons too.

A pair is named by a digest of its name and the direction, as ``python -m corpus.plans`` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """Why a pair fails.

    Attributes:
        reason: a sentence that stands in `docs/coverage.md`.
        failures: the classes of failures that it explains, as in `corpus.plans.Outcome`.
        majors: the major versions of the server on which it fails; none: all.
    """

    reason: str
    failures: frozenset[str]
    majors: frozenset[int] = frozenset()


_LOCAL = "A column of a child's own cannot become one that is only inherited: PostgreSQL has no statement for that."
_NO_USAGE = (
    "A CHECK of a table whose owner may not use the table's schema: it is evaluated with the rights of the owner, who is"
    " not let in."
)

EXCEPTIONS: dict[str, Known] = {
    "aeec3cda1d b-a": Known(_LOCAL, frozenset({"apply", "re-read", "dump"})),
    "d6a663d43d a-b": Known(_NO_USAGE, frozenset({"apply"})),
}


def known(case: str, major: int) -> Known | None:
    """Return why a case fails on a server of this version, or None where it must pass."""
    found = EXCEPTIONS.get(case)
    return found if found and (not found.majors or major in found.majors) else None
