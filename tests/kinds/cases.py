"""What a case of a kind is. Cases live in ``cases_*.py`` beside this file and are picked up by name.

A module of cases has ``KINDS``, the kinds that it covers, and ``CASES``. Every case is loaded, read, rebuilt and changed
on every server (``test_cases.py``); for every kind covered, each key of its definition must be changed by some case and
one case must have hostile names.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Definition = dict[str, Any]
NEWEST = 99
ABSENT: Any = "(absent)"
UNTOLD: Any = "(untold)"

HAS_ICU = "select exists (select from pg_collation where collname like '%-x-icu')"
HAS_HSTORE = "select exists (select from pg_available_extensions where name = 'hstore')"

SCHEMA = '"My Schema"'
BARE = 'T.1 (x), it\'s "é" on a.b' + "x" * 38
"""A hostile name, 63 bytes long as it stands."""
NAME = '"' + BARE.replace('"', '""') + '"'


@dataclass(frozen=True)
class Change:
    """A statement that changes exactly one key of one object.

    Attributes:
        key: key of the object, ``function public.f(integer)``.
        attribute: the key of its definition that changes.
        statement: what changes it; more than one statement where PostgreSQL can only make the object anew.
        to: what the key is after; ``ABSENT``, or ``UNTOLD`` where only that it changes matters.
        along: keys that cannot but change with it.
        since, before: server versions, as in the kinds' SQL.
    """

    key: str
    attribute: str
    statement: str
    to: Any = UNTOLD
    along: Sequence[str] = ()
    since: int = 0
    before: int = NEWEST


@dataclass(frozen=True)
class Case:
    """Objects of a kind: SQL that makes them, and what must be read then.

    Attributes:
        name: short, for the test's id.
        setup: SQL that makes the objects.
        expect: key → definition without ``_`` keys; or a function of the server's major version that returns it.
        changes: statements that follow one upon another.
        absent: keys that must not be read.
        given: SQL run in the rebuilt database too, before (extensions; what other kinds would make).
        roles: names of roles, which are made before and dropped after.
        tablespaces: the same for tablespaces.
        needs: a SELECT that is true on servers where the case can be tried.
        since, before: server versions, as in the kinds' SQL.
    """

    name: str
    setup: str
    expect: Mapping[str, Definition] | Callable[[int], Mapping[str, Definition]]
    changes: Sequence[Change] = ()
    absent: Sequence[str] = ()
    given: str = ""
    roles: Sequence[str] = ()
    tablespaces: Sequence[str] = ()
    needs: str = ""
    since: int = 0
    before: int = NEWEST

    def expected(self, major: int) -> Mapping[str, Definition]:
        """What is to be read on a server of this version."""
        return self.expect(major) if callable(self.expect) else self.expect

    def everywhere(self) -> dict[str, Definition]:
        """What is to be read on any server, for the checks that need none."""
        found: dict[str, Definition] = {}
        for major in range(max(self.since, 13), min(self.before, 19)):
            found |= self.expected(major)
        return found


def _modules() -> list[Any]:
    files = sorted(Path(__file__).parent.glob("cases_*.py"))
    return [importlib.import_module(f"kinds.{file.stem}") for file in files]


def all_cases() -> list[Case]:
    """All cases of all modules."""
    return [case for module in _modules() for case in module.CASES]


def covered_kinds() -> set[str]:
    """The kinds that some module says it covers."""
    return {kind for module in _modules() for kind in module.KINDS}


def anew(
    key: str,
    head: str,
    start: Mapping[str, str],
    steps: Sequence[tuple[str, Mapping[str, str | None], Any]],
    drop: str = "",
) -> list[Change]:
    """Changes of an object that PostgreSQL can only drop and make anew, written as ``head (option = value, …)``.

    Args:
        key: the object's key.
        head: what stands before the options, ``create aggregate a(int)``.
        start: the options that the object was made with.
        steps: (attribute, options that change, value of the attribute afterwards), one upon another.
        drop: what goes before; ``drop <key>`` unless told.
    """
    options: dict[str, str | None] = dict(start)
    changes = []
    for attribute, changed, to in steps:
        options |= changed
        written = ", ".join(f"{option} = {value}" for option, value in options.items() if value is not None)
        changes.append(Change(key, attribute, f"{drop or 'drop ' + key}; {head} ({written})", to))
    return changes
