"""The settings file is TOML that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pggit.work.config.finding import Finding, Skipped
from pggit.work.config.subject import Subject

_LINE = re.compile(r"\(at line (\d+)")


def check(subject: Subject) -> Iterator[Finding]:
    """Yield why the file cannot be read."""
    if subject.file is None:
        raise Skipped("there is no .pggit.toml here or in a directory above")
    if subject.unreadable:
        line = _LINE.search(subject.unreadable)
        yield Finding(
            "error",
            f"{subject.file}:{line[1]}" if line else str(subject.file),
            subject.unreadable,
            subject.remedy or "https://toml.io shows how it is written; every command fails until it is.",
        )
