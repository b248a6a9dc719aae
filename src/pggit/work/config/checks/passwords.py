"""The passwords of remotes are where the settings say."""

from __future__ import annotations

from collections.abc import Iterator

from pggit.db.address import parameters
from pggit.work.config.finding import Finding
from pggit.work.config.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Yield the remotes whose password is nowhere, or in two places."""
    for remote in subject.remotes.values():
        if remote.password_env is None:
            continue
        where = subject.where("remotes", remote.name, "password_env")
        if not subject.variables.get(remote.password_env):
            yield Finding(
                "warning", where, f"{remote.password_env}, the password of remote {remote.name}, is not set here",
                f"deploying to it from here fails until it is: export {remote.password_env}=…",
            )  # fmt: skip
        if parameters(remote.url).get("password"):
            yield Finding(
                "warning", where, f"remote {remote.name} has a password in its url and a password_env",
                "that of the variable is taken; take the other out of the url.",
            )  # fmt: skip
    subject.readable()
