"""Three-way merge of one definition, key by key, each by the rule that its kind has for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from pggit.core.canonical import canonical
from pggit.core.diff3 import merge_lines, merge_sequences

Side = Literal["ours", "theirs", "base"]
Rules = Mapping[str, str]
"""Key of a definition → ``scalar``, ``set``, ``sequence`` or ``lines``; a key without a rule is a scalar."""

_ABSENT: Any = None  # no definition holds a null
_CONFLICT = object()


def combine(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], rules: Rules, side: Side = "ours"
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Merge two changes of a definition.

    Args:
        base, ours, theirs: the definition before, and as each side has it.
        rules: of the object's kind.
        side: whose value is taken where both changed a key in ways that cannot be put together.

    Returns:
        The definition, and the keys for which ``side`` had to be taken. Keys that begin with ``_`` are never among
        them.
    """
    merged, conflicts = {}, []
    for key in sorted(base.keys() | ours.keys() | theirs.keys()):
        was, mine, other = (definition.get(key, _ABSENT) for definition in (base, ours, theirs))
        value = _combined(was, mine, other, rules.get(key, "scalar"))
        if value is _CONFLICT and key.startswith("_"):
            value = _soft(was, mine, other)
        elif value is _CONFLICT:
            conflicts.append(key)
            value = {"base": was, "ours": mine, "theirs": other}[side]
        if value is not _ABSENT:
            merged[key] = value
    return merged, tuple(conflicts)


def _combined(base: Any, ours: Any, theirs: Any, rule: str) -> Any:
    """Return the one value, or `_CONFLICT`."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    values = [ours, theirs] if base is _ABSENT else [base, ours, theirs]
    if rule == "set" and all(isinstance(value, dict) for value in values):
        return _mappings(base or {}, ours, theirs)
    if rule == "set" and all(isinstance(value, list) for value in values):
        return _sets(base or [], ours, theirs)
    if base is _ABSENT or ours is _ABSENT or theirs is _ABSENT:
        return _CONFLICT
    if rule == "sequence" and all(isinstance(value, list) for value in values):
        return _sequences(base, ours, theirs)
    if rule == "lines" and all(isinstance(value, str) for value in values):
        merged = merge_lines(base, ours, theirs)
        return _CONFLICT if merged is None else merged
    return _CONFLICT


def _mappings(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Any:
    """Merge options: each is a scalar."""
    merged = {}
    for name in sorted(base.keys() | ours.keys() | theirs.keys()):
        value = _combined(base.get(name), ours.get(name), theirs.get(name), "scalar")
        if value is _CONFLICT:
            return _CONFLICT
        if value is not _ABSENT:
            merged[name] = value
    return merged


def _sets(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    """Merge lists whose order means nothing: what either took out is out, what either put in is in."""
    was, mine, other = ({canonical(one): one for one in values} for values in (base, ours, theirs))
    kept = (mine.keys() & other.keys()) | ((mine.keys() | other.keys()) - was.keys())
    return [(mine | other)[one] for one in sorted(kept, key=lambda one: json.loads(one) if one[0] == '"' else one)]


def _sequences(base: list[Any], ours: list[Any], theirs: list[Any]) -> Any:
    known = {canonical(one): one for one in (*base, *ours, *theirs)}
    merged = merge_sequences(*([canonical(one) for one in values] for values in (base, ours, theirs)))
    return _CONFLICT if merged is None else [known[one] for one in merged]


def _soft(base: Any, ours: Any, theirs: Any) -> Any:
    """Merge what is no difference to act on: a list gets what theirs put in after what stands before it there."""
    if not (isinstance(ours, list) and isinstance(theirs, list)):
        return ours if ours is not _ABSENT else theirs
    was = base if isinstance(base, list) else []
    merged = [one for one in ours if one in theirs or one not in was]
    before = None
    for one in theirs:
        if one not in merged and one not in was:
            merged.insert(merged.index(before) + 1 if before in merged else 0 if before is None else len(merged), one)
        before = one
    return merged
