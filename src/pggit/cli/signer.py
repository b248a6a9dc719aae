"""The key that commands sign with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pggit.cli.command import Option
from pggit.cli.run import Run
from pggit.cli.stream import ask
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.signing import Signer

SIGN = Option("-S", "--sign", help="Sign what is recorded.")


def wanted_signer(run: Run, asked: bool) -> Signer | None:
    """Return the key where a signature was asked for, or setting ``sign`` wants one of everything; else None."""
    return signer_of(run) if asked or run.settings.sign else None


def signer_of(run: Run) -> Signer:
    """Return the key of setting ``signing_key``; its passphrase comes from the environment, or is asked for.

    Raises:
        UsageError: there is none, it cannot be read, or there is no terminal to ask on.
    """
    path = run.settings.signing_key
    if path is None:
        raise UsageError(
            "there is no key to sign with",
            hint="signing_key in .pggit.toml, or PGGIT_SIGNING_KEY, names a private key.",
        )
    from pggit.repo.signing import PassphraseNeeded, load_signer
    from pggit.settings import secret

    variable = run.settings.signing_passphrase_env
    try:
        return load_signer(path, secret(variable), agent=run.settings.ssh_agent)
    except PassphraseNeeded as error:
        if not sys.stdin.isatty():
            error.hint = f"{variable} in the environment holds it, or it is asked for on a terminal."
            raise
    return load_signer(path, ask(f"Passphrase of {path}", hidden=True))


@contextmanager
def signing(run: Run, repository: Repository, *, asked: bool = False, dry_run: bool = False) -> Iterator[None]:
    """Sign the commits that a block makes, where that was asked for or setting ``sign`` wants it."""
    signer = None if dry_run else wanted_signer(run, asked)
    if signer is None:
        yield
        return
    from pggit.repo.signing.stored import signing_new

    with signing_new(repository, signer):
        yield
