"""What a project's file cannot have is not in it, and passwords go where the user lets them go."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.core.errors import PgGitError
from pggit.db.named_hosts import require_named
from pggit.settings import hint_for_own, own_file, refused_here
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield settings that belong elsewhere, and connection strings that would take a secret to a host unasked."""
    if subject.wrong_own:
        yield Finding("error", str(own_file(subject.variables)), subject.wrong_own, "every command fails until then.")
    for name in subject.raw:
        if said := refused_here(name):
            yield Finding("error", subject.where(name), f"{said}: every command fails", hint_for_own(name))
    yield from _unnamed(subject)
    subject.readable()


def _unnamed(subject: Subject) -> Iterator[Finding]:
    found: list[tuple[str, tuple[str, ...], str, str | None]] = [
        (name, (name,), getattr(subject.settings, name), None)
        for name in ("db", "scratch")
        if subject.settings.of_project(name) and getattr(subject.settings, name)
    ]
    found += [
        (f"remote {one.name}", ("remotes", one.name, "url"), one.url, one.password_env)
        for one in subject.remotes.values()
        if one.url
    ]
    for what, path, url, variable in found:
        try:
            require_named(url, subject.settings, what, variable=variable)
        except PgGitError as error:
            if error.code == "refused":
                yield Finding("warning", subject.where(*path), error.message, error.hint or "")
