"""Which statements must be one transaction, so that nobody sees what is between them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pggit.plan.action import Action
from pggit.plan.model import Statement

_ADD_VALUE = re.compile(r"alter type .* add value ", re.DOTALL)

Written = Sequence[tuple[Action, Sequence[Statement]]]


def together(written: Written, anew: Collection[str]) -> list[Statement]:
    """Return the statements of all actions, those of one action together, and what is dropped with what is made again.

    What holds a statement that PostgreSQL refuses in a transaction, or that must be committed before what it makes can
    be used, stays as it is.

    Args:
        written: the actions in order, each with its statements.
        anew: keys of what is dropped and made again.
    """
    statements = [statement for _, of_action in written for statement in of_action]
    for first, end in _merged(_spans(written, anew)):
        span = statements[first:end]
        if any(one.transaction == "none" or one.repeat or _ADD_VALUE.match(one.sql) for one in span):
            continue
        if all(one.transaction == "shared" for one in span):
            continue
        statements[first] = replace(span[0], transaction="own")
        statements[first + 1 : end] = [replace(one, transaction="joined") for one in span[1:]]
    return statements


def _spans(written: Written, anew: Collection[str]) -> list[tuple[int, int]]:
    """Return (first, end) of what belongs together, as numbers of statements."""
    spans: list[tuple[int, int]] = []
    dropped: dict[str, int] = {}
    at = 0
    for action, of_action in written:
        end = at + len(of_action)
        if [one.sql for one in of_action] == action.sql and len(of_action) > 1:
            spans.append((at, end))
        if action.key in anew:
            if action.new is None:
                dropped.setdefault(action.key, at)
            elif action.key in dropped:
                spans.append((dropped[action.key], end))
        at = end
    return spans


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, end in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged
