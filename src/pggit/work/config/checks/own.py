"""What a project's file cannot have is not in it, and the user's own settings can be read."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.settings import hint_for_own, own_file, refused_here
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield settings that belong elsewhere, and why the user's own cannot be read."""
    if subject.wrong_own:
        yield Finding("error", str(own_file(subject.variables)), subject.wrong_own, "every command fails until then.")
    for name in subject.raw:
        if said := refused_here(name):
            yield Finding("error", subject.where(name), f"{said}: every command fails", hint_for_own(name))
    subject.readable()
