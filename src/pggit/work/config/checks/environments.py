"""Environments and remotes agree with each other and with the files that are there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import combinations

from pggit.db.address import place
from pggit.work.config.files import matching
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield names that lead nowhere, globs without files, databases with two names."""
    subject.readable()
    yield from _named(subject)
    yield from _globs(subject)
    yield from _same_database(subject)
    yield from _worked_on(subject)


def _named(subject: Subject) -> Iterator[Finding]:
    for remote in subject.remotes.values():
        if remote.environment is None or remote.environment in subject.environments:
            continue
        near = difflib.get_close_matches(remote.environment, subject.environments, n=1)
        yield Finding(
            "error",
            subject.where("remotes", remote.name, "environment"),
            f"remote {remote.name} is of environment {remote.environment}, which does not exist",
            f"did you mean {near[0]!r}?" if near else f"[environments.{remote.environment}] makes it.",
        )


def _globs(subject: Subject) -> Iterator[Finding]:
    for environment in subject.environments.values():
        for key in ("include", "exclude", "seeds"):
            for pattern in getattr(environment, key):
                if next(matching(subject.settings.project, pattern), None) is None:
                    yield Finding(
                        "warning",
                        subject.where("environments", environment.name, key),
                        f"{key} of environment {environment.name} matches no file: {pattern}",
                        f"globs start in {subject.settings.project}; schema/** is all below schema.",
                    )


def _same_database(subject: Subject) -> Iterator[Finding]:
    """Two remotes with one database: what is allowed by one name may be forbidden by the other."""
    known = [remote for remote in subject.remotes.values() if remote.url]
    for one, other in combinations(known, 2):
        if place(one.url) != place(other.url):
            continue
        agree = one.environment == other.environment and one.protected == other.protected
        yield Finding(
            "warning" if agree else "error",
            subject.where("remotes", other.name, "url"),
            f"remotes {one.name} and {other.name} are the same database"
            + ("" if agree else ", and do not agree on environment and protection"),
            "one database is one remote.",
        )


def _worked_on(subject: Subject) -> Iterator[Finding]:
    """The tracked database is where people try things out."""
    db = subject.settings.db
    for remote in subject.remotes.values() if db else ():
        if remote.url and place(remote.url) == place(db or ""):
            source = subject.settings.sources["db"]
            yield Finding(
                "warning",
                subject.where("db") if source == str(subject.file) else source,
                f"db, the database that all commands work on, is that of remote {remote.name}",
                "work on a database of your own, and deploy.",
            )
