"""Changes as DDL: what was, what is, and the lines in which the two differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pggit.core.canonical import canonical
from pggit.core.results import Change
from pggit.core.shown import comment
from pggit.kinds import Object, Render, kind_of_key, kinds

_CONTEXT = 3


def group_diff(group: str, changes: Sequence[Change], *, major: int = 18) -> Iterator[str]:
    """Yield the changes of one group as lines of DDL that begin with ``-``, ``+`` or a space.

    A group that came or went is shown whole; of others the statements of each object that changed, and of long
    ones (functions, views) the lines around what changed.

    Args:
        group: key of the group.
        changes: all changes of this group.
        major: major version of PostgreSQL that the statements are written for.
    """
    head = next((change for change in changes if change.key == group and change.verb in ("create", "drop")), None)
    if head is not None:
        for sign, side in (("-", _side(changes, old=True)), ("+", _side(changes, old=False))):
            yield from (f"{sign} {line}" for line in _lines(statements(side, major=major)))
        return
    for part in [*_one_by_one(changes), _of("drop", changes), _of("create", changes)]:
        beside = [] if part and part[0].key == group else [_object(group, {})]  # a child asks for its head
        old = statements(_side(part, old=True), beside, major=major)
        new = statements(_side(part, old=False), beside, major=major)
        yield from _differing(list(_lines(old)), list(_lines(new)))


def _one_by_one(changes: Iterable[Change]) -> list[list[Change]]:
    return [[change] for change in changes if change.verb in ("alter", "rename")]


def _of(verb: str, changes: Iterable[Change]) -> list[Change]:
    """Return the changes that go together, as a column that is new does with its default."""
    return [change for change in changes if change.verb == verb]


def statements(objects: Sequence[Object], beside: Sequence[Object] = (), *, major: int = 18) -> list[str]:
    """Return the statements, without semicolons, that make objects of one group.

    Args:
        objects: the objects, the head of the group first.
        beside: objects of the group that are there already.
        major: major version of PostgreSQL that the statements are written for.
    """
    render = Render([*beside, *objects], major)
    made: list[str] = []
    for obj in objects:
        if obj.key not in render.written:
            made += _create(obj, render)
    for obj in objects:
        kind = kinds().get(obj.kind)
        made += kind.finish(obj, render) if kind and kind.finish else []
    return made


def _create(obj: Object, render: Render) -> list[str]:
    kind = kinds().get(obj.kind)
    written = kind.create(obj, render) if kind else []
    # an object of a kind that this version does not write is told by its definition
    return written or [comment(f"{obj.key} {canonical(dict(obj.definition))}")]


def _side(changes: Iterable[Change], *, old: bool) -> list[Object]:
    """Return the objects before or after the changes."""
    found = []
    for change in changes:
        definition = change.old if old else change.new
        if definition is not None:
            found.append(_object((change.old_key if old else None) or change.key, definition))
    return found


def _object(key: str, definition: Mapping[str, Any]) -> Object:
    try:
        kind, identity = kind_of_key(key)
    except ValueError:
        kind, _, identity = key.partition(" ")
    return Object(kind, identity, definition)


def _lines(statements: Iterable[str]) -> Iterator[str]:
    for statement in statements:
        text = statement if statement.startswith("-- ") else statement + ";"
        yield from text.split("\n")


def _differing(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield a unified diff without file names, ``@@`` only between parts that are not adjacent."""
    first = True
    for line in list(difflib.unified_diff(old, new, lineterm="", n=_CONTEXT))[2:]:
        if line.startswith("@@"):
            if not first:
                yield "  …"
            first = False
            continue
        yield f"{line[0]} {line[1:]}"
