"""Three texts side by side: which lines stand in one row."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

Row = tuple[str | None, str | None, str | None]


def beside(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[Row]:
    """Return rows of (base, ours, theirs): lines that came of one another stand in one row, None where there is none.

    Args:
        base: the lines that both come from.
        ours, theirs: the lines of the two.
    """
    mine, other = _against(base, ours), _against(base, theirs)
    rows: list[Row] = []
    for number in range(len(base) + 1):
        added = zip_longest(mine[0].get(number, ()), other[0].get(number, ()))
        rows += [(None, a, b) for a, b in added]
        if number < len(base):
            rows.append((base[number], mine[1].get(number), other[1].get(number)))
    return rows


def _against(base: Sequence[str], side: Sequence[str]) -> tuple[dict[int, list[str]], dict[int, str]]:
    """Return the lines that a side has before a line of the base, and what it has of each line."""
    added: dict[int, list[str]] = {}
    kept: dict[int, str] = {}
    for _, i1, i2, j1, j2 in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        paired = min(i2 - i1, j2 - j1)
        kept |= {i1 + n: side[j1 + n] for n in range(paired)}
        if j2 - j1 > paired:
            added[i2] = list(side[j1 + paired : j2])
    return added, kept
