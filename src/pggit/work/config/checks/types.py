"""Every value is of its key's type."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield the values that are not."""
    for wrong in subject.wrong:
        where = f"environment {wrong.variable}" if wrong.variable else subject.where(*wrong.path)
        yield Finding("error", where, wrong.message, "every command fails until it is right.")
    subject.readable()
