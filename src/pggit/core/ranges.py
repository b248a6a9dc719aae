"""Ranges of commits as git writes them: ``A..B`` and ``A...B``."""

from __future__ import annotations

import re
from dataclasses import dataclass

# what stands in quotes is the name of an object
_RANGE = re.compile(r"""((?:[^"'\s]*[^"'\s.])?)(\.\.\.?)((?:[^"'\s.][^"']*)?)""")


@dataclass(frozen=True, slots=True)
class Range:
    """Two commits and what is meant of them.

    Attributes:
        a, b: names of commits; HEAD where nothing was written.
        apart: ``A...B``: since the merge base. Otherwise ``A..B``: what B has and A has not.
    """

    a: str
    b: str
    apart: bool


def parse(written: str) -> Range | None:
    """Return the range that was written, or None where it is none."""
    found = _RANGE.fullmatch(written)
    if found is None or not (found[1] or found[3]):
        return None
    return Range(found[1] or "HEAD", found[3] or "HEAD", found[2] == "...")
