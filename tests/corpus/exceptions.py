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


_GRANTOR = "Who granted the membership in a role is not part of its definition, so a plan does not bring it."

EXCEPTIONS: dict[str, Known] = {
    "288f4edfae a-b": Known(_GRANTOR, frozenset({"dump"})),
    "288f4edfae b-a": Known(_GRANTOR, frozenset({"apply"})),  # the grantor is dropped
    "b7fce9e4e8 a-b": Known(_GRANTOR, frozenset({"dump"})),
    "b7fce9e4e8 b-a": Known(_GRANTOR, frozenset({"dump"})),
}


def known(case: str, major: int) -> Known | None:
    """Return why a case fails on a server of this version, or None where it must pass."""
    found = EXCEPTIONS.get(case)
    return found if found and (not found.majors or major in found.majors) else None
