"""Rules about what a merge breaks though PostgreSQL takes the merged schema: one file each.

A module has `NAME`, by which ``--accept`` lets its findings through, and ``problems(state)``, which yields (key of the
object, what is the matter). What either side has by itself is no finding of a merge.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from pggit.core.state import State

Problems = Callable[[State], Iterator[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a merge breaks.

    Attributes:
        rule: name of the rule.
        key: key of the object that no longer works.
        message: what is the matter.
    """

    rule: str
    key: str
    message: str


@cache
def rules() -> dict[str, Problems]:
    """Return all rules by name."""
    found = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {module.NAME: module.problems for module in found}


def findings(ours: State, theirs: State, merged: State) -> list[Finding]:
    """Return what the merged state breaks that neither side has broken by itself."""
    found = []
    for name, problems in rules().items():
        broken = set(problems(merged))
        if broken:
            broken -= {*problems(ours), *problems(theirs)}
        found += [Finding(name, key, message) for key, message in sorted(broken)]
    return found
