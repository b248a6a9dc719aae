"""How the identities of each kind are spelled, and which head of a group they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pggit.kinds import shape
from pggit.kinds.shape import NAME, OPERATOR_NAME
from pggit.kinds.syntax import TYPE, Malformed

_ONE_NAME = re.compile(NAME)
_FIELD = re.compile(r"\{([a-z]+)\d?\}")


@dataclass(frozen=True)
class Identity:
    """How identities of a kind are spelled.

    Attributes:
        forms: each a text with ``{part}`` for what varies (`_PARTS`); a digit tells two parts of one sort apart.
        head: the identity of the group's head, of the same parts; None where the identity does not say it.
    """

    forms: tuple[str, ...]
    head: str | None = None

    def parts(self, identity: str) -> dict[str, str]:
        """Return the parts of an identity.

        Raises:
            Malformed: it is not spelled so.
        """
        for pattern, checks in self._patterns:
            match = pattern.fullmatch(identity)
            if match is not None:
                found = match.groupdict()
                for part, check in checks.items():
                    check(found[part])
                return found
        raise Malformed(f"is not spelled as {self.forms[0]}")

    def check(self, value: object) -> None:
        """Check a value in a definition that is an identity.

        Raises:
            Malformed: it is none of this spelling.
        """
        if not isinstance(value, str):
            raise Malformed(f"is not spelled as {self.forms[0]}")
        self.parts(value)

    def head_of(self, identity: str) -> str | None:
        """Return the identity of the head of the object's group, where the object's own says it.

        Raises:
            Malformed: it is not spelled as identities of the kind are.
        """
        parts = self.parts(identity)
        return None if self.head is None else self.head.format(**parts)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], dict[str, Callable[[str], None]]]]:
        return [(re.compile(_pattern(form), re.DOTALL), _checks(form)) for form in self.forms]


def _checks(form: str) -> dict[str, Callable[[str], None]]:
    return {part[0][1:-1]: _PARTS[part[1]][1] for part in _FIELD.finditer(form)}


def _pattern(form: str) -> str:
    pieces, end = [], 0
    for found in _FIELD.finditer(form):
        pieces.append(re.escape(form[end : found.start()]))
        pieces.append(f"(?P<{found[0][1:-1]}>{_PARTS[found[1]][0]})")
        end = found.end()
    return "".join([*pieces, re.escape(form[end:])])


@lru_cache(maxsize=100_000)
def _names(value: str) -> None:
    for part in _ONE_NAME.findall(value):
        shape.name(part)


def _grantee(value: str) -> None:
    if value not in ("PUBLIC", "public"):
        shape.name(value)


def _operator(value: str) -> None:
    shape.name(_ONE_NAME.match(value)[0])  # type: ignore[index]


def _operands(value: str) -> None:
    shape.operator_signature(f"+({value})")


def _any(value: str) -> None:
    """What the pattern matches needs no look."""


_QUOTED = r'(?:"(?:[^"]|"")*"|[^"])'
_PARTS: dict[str, tuple[str, Callable[[str], None]]] = {
    "name": (NAME, shape.name),
    "grantee": (rf"(?:{NAME}|PUBLIC)", _grantee),
    "user": (rf"(?:{NAME}|public)", _grantee),
    "relation": (rf"{NAME}\.{NAME}", _names),
    "operator": (rf"{NAME}\.{OPERATOR_NAME}", _operator),
    "operands": (rf"{_QUOTED}+", _operands),
    "types": (rf"{_QUOTED}*", shape.types),
    "type": (rf"{_QUOTED}+?", TYPE),
    "objects": ("tables|sequences|functions|types|schemas|large objects", _any),
    "key": (r".+", _any),  # `valid.py` looks at it
}

BARE = Identity(("{name}",))
IN_SCHEMA = Identity(("{relation}",))
COLUMN = Identity(("{relation}.{name}",), "{relation}")
ON_RELATION = Identity(("{name} on {relation}",), "{relation}")
ROUTINE = Identity(("{relation}({types})",))
OPERATOR = Identity(("{operator}({operands})",))
USING = Identity(("{relation} USING {name}",))
ANY_TYPE = Identity(("{type}",))
