"""Changes as text: short as `status` tells them, and with the DDL as `diff` and `show` do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pggit.cli.stream import block
from pggit.core.results import Change

if TYPE_CHECKING:
    from pggit.cli.output import Output

_WORDS = {"create": "new", "drop": "deleted", "alter": "modified", "rename": "renamed"}
_STYLES = {"create": "green", "drop": "red", "alter": "yellow", "rename": "cyan"}
_LONGEST = 40
_LONG = "…"

Groups = list[tuple[str, list[Change]]]


def by_group(changes: Iterable[Change]) -> Groups:
    """Return changes by the group that they belong to, in the order in which they came."""
    return [(group, list(members)) for group, members in groupby(changes, key=lambda change: change.group)]


def short_lines(out: Output, changes: Sequence[Change]) -> Iterator[str]:
    """Yield one line a change; a group that came or went as a whole is one line."""
    for group, members in by_group(changes):
        head = members[0]
        if head.key == group and head.verb in ("create", "drop"):
            yield _short(out, head, _counts(members[1:]))
            continue
        for change in members:
            yield _short(out, change, _detail(change))


def _short(out: Output, change: Change, detail: str) -> str:
    word = f"{_WORDS[change.verb]}:"
    return "    " + out.style(f"{word:<10} {change.key}", _STYLES[change.verb]) + (f"  ({detail})" if detail else "")


def _counts(members: Iterable[Change]) -> str:
    """Return what a group holds: ``3 columns, 1 index``."""
    counted = Counter(kind for change in members if (kind := kind_of(change.key)) != "owner")  # everything has one
    return ", ".join(f"{number} {_plural(kind, number)}" for kind, number in counted.items())


def _plural(kind: str, number: int) -> str:
    if number == 1:
        return kind
    if kind.endswith(("x", "s")):
        return kind + "es" if kind.endswith("x") else kind
    return kind[:-1] + "ies" if kind.endswith("y") else kind + "s"


def _detail(change: Change) -> str:
    if change.verb == "rename":
        return f"was {identity_of(change.old_key or '')}"
    if change.verb != "alter":
        return ""
    return ", ".join(_altered(*altered) for altered in altered_keys(change))


def _altered(key: str, old: str, new: str) -> str:
    return key if _LONG in (old, new) else f"{key}: {old} → {new}"


def altered_keys(change: Change) -> Iterator[tuple[str, str, str]]:
    """Yield the keys of the definition that an alter changed, with the values before and after, long ones as ``…``."""
    old, new = change.old or {}, change.new or {}
    for key in sorted(old.keys() | new.keys()):
        if key.startswith("_") or old.get(key) == new.get(key):
            continue
        yield key, _brief(old, key), _brief(new, key)


def _brief(definition: Mapping[str, Any], key: str) -> str:
    if key not in definition:
        return "none"
    value = definition[key]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (dict, list)):
        from pggit.core.canonical import canonical

        value = canonical(value)
    text = str(value)
    return text if len(text) <= _LONGEST and "\n" not in text else _LONG


def kind_of(key: str) -> str:
    """Return the kind in a key."""
    return _split(key)[0]


def identity_of(key: str) -> str:
    """Return the identity in a key."""
    return _split(key)[1]


def _split(key: str) -> tuple[str, str]:
    from pggit.kinds import kind_of_key

    try:
        return kind_of_key(key)
    except ValueError:  # of a kind that this version does not know
        kind, _, identity = key.partition(" ")
        return kind, identity


def ddl_lines(out: Output, changes: Sequence[Change], *, major: int) -> Iterator[str]:
    """Yield changes with the DDL before and after, a heading for each group."""
    from pggit.repo.ddl import group_diff

    for group, members in by_group(changes):
        yield _heading(out, group, members[0])
        for change in members:
            if change.key != group and change.verb in ("alter", "rename"):
                told = out.style(f"{_WORDS[change.verb]} {change.key}", _STYLES[change.verb])
                yield f"  {told}{_colon(_detail(change))}"
        for line in group_diff(group, members, major=major):
            yield from (_ddl_line(out, part) for part in block(line))
        yield ""


def _heading(out: Output, group: str, first: Change) -> str:
    """Return what happened to the group: to its head, where that changed."""
    word = _WORDS[first.verb if first.key == group else "alter"]
    detail = _detail(first) if first.key == group else ""
    return out.style(f"{word} {group}", "bold") + _colon(detail)


def _colon(detail: str) -> str:
    return f": {detail}" if detail else ""


def _ddl_line(out: Output, line: str) -> str:
    if line.startswith("-"):
        return out.style(line, "red")
    return out.style(line, "green") if line.startswith("+") else line


def stat_lines(out: Output, changes: Sequence[Change]) -> Iterator[str]:
    """Yield one line a group with how many of its objects came, changed and went, and a sum."""
    groups = by_group(changes)
    width = max((len(group) for group, _ in groups), default=0)
    for group, members in groups:
        yield f" {group:<{width}} | {_signs(out, members)}"
    total = Counter(_SIGNS[change.verb] for change in changes)
    parts = [
        (number, word)
        for sign, word in (("+", "created"), ("~", "altered"), ("-", "dropped"))
        if (number := total[sign])
    ]
    yield f" {len(groups)} {'group' if len(groups) == 1 else 'groups'} changed" + "".join(
        f", {n} {word}" for n, word in parts
    )


_SIGNS = {"create": "+", "alter": "~", "rename": "~", "drop": "-"}
_SIGN_STYLES = {"+": "green", "~": "yellow", "-": "red"}


def _signs(out: Output, members: Iterable[Change]) -> str:
    counted = Counter(_SIGNS[change.verb] for change in members)
    return " ".join(out.style(f"{sign}{counted[sign]}", style) for sign, style in _SIGN_STYLES.items() if counted[sign])
