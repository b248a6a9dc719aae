"""What will take long, as far as the settings tell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import cast

from pggit.core.backoff import Backoff, delays
from pggit.db.address import remote_hosts
from pggit.work.config.files import matching
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject

_MANY_BYTES = 50_000_000
_LONG = 300.0


def check(subject: Subject) -> Iterator[Finding]:
    """Yield large seeds, scratch servers far away, long retrying, a breaker that cuts it short."""
    subject.readable()
    yield from _scratch(subject)
    yield from _seeds(subject)
    yield from _retries(subject)


def _scratch(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    if settings.scratch and (hosts := remote_hosts(settings.scratch)):
        source = settings.sources["scratch"]
        yield Finding(
            "warning",
            subject.where("scratch") if source == str(subject.file) else source,
            f"scratch databases are made on {hosts[0]}: each file of SQL is loaded over the network, statement by"
            " statement",
            "a server of the same major version on this machine.",
        )


def _seeds(subject: Subject) -> Iterator[Finding]:
    for environment in subject.environments.values():
        files = {path for glob in environment.seeds for path in matching(subject.settings.project, glob)}
        size = sum(path.stat().st_size for path in files)
        if size > _MANY_BYTES:
            yield Finding(
                "warning",
                subject.where("environments", environment.name, "seeds"),
                f"seeds of environment {environment.name} are {size / 1e6:.0f} MB in {len(files)} files",
                "they are loaded again whenever one of them changes; fewer rows do for most tests.",
            )


def _retries(subject: Subject) -> Iterator[Finding]:
    for remote in subject.remotes.values():
        where = subject.where("remotes", remote.name, "retries")
        longest = sum(islice(delays(cast(Backoff, remote.backoff), jitter=0), min(remote.retries, 10_000)))
        if longest > _LONG:
            yield Finding(
                "warning", where, f"connecting to remote {remote.name} is given up after {longest:.0f} s of waiting",
                "fewer retries; the circuit breaker stops the next command.",
            )  # fmt: skip
        if 0 < remote.breaker_after <= remote.retries:
            yield Finding(
                "warning", where,
                f"remote {remote.name} has {remote.retries} retries, and its circuit breaker opens after"
                f" {remote.breaker_after} failures: the others are never made",
                "breaker_after greater than retries + 1.",
            )  # fmt: skip
