"""SQL that lives in ``.sql`` files: named blocks, lines marked by server version."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_BLOCK = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_MARKED = re.compile(
    r"^(?P<text>.*?) *(?:-- since (?P<since>\d+)(?: -- before (?P<before>\d+))?|-- before (?P<only_before>\d+))$\n?",
    re.MULTILINE,
)


@cache
def blocks(package: str, name: str) -> dict[str, str]:
    """Return the named blocks of the resource ``name`` of ``package``, by name."""
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    parts = _BLOCK.split(text)
    return {key: body.strip().removesuffix(";") for key, body in zip(parts[1::2], parts[2::2], strict=True)}


def for_version(text: str, major: int) -> str:
    """Keep the lines of ``text`` that a server of this major version understands, without their marks.

    A line that ends in ``-- since 15`` is for 15 and later, one that ends in ``-- before 15`` for older servers,
    one that ends in ``-- since 15 -- before 17`` for those between.
    """

    def keep(line: re.Match[str]) -> str:
        fits = int(line["since"] or 0) <= major < int(line["before"] or line["only_before"] or 1000)
        return f"{line['text']}\n" if fits else ""

    return _MARKED.sub(keep, text)
