"""Checking a signature: whether it is one, of this text, for this purpose, by a key that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pggit.core.allowed_signers import AllowedSigner, parse_allowed_signers, signers_of
from pggit.core.errors import NotFound, UsageError
from pggit.core.sshsig import Unreadable, fingerprint, parse
from pggit.files import SETTINGS_LIMIT, read_text
from pggit.repo.signing.keys import is_signed, require_library
from pggit.settings import owners, process_environment, read_own


@dataclass(frozen=True, slots=True)
class Checked:
    """What a signature is worth.

    Attributes:
        status: ``good``; ``unknown``: a signature of this text, by a key that does not count; ``bad``: none of it.
        principal: whose key it is by the file of allowed signers, as written there; None unless good.
        fingerprint: of the key that made it, ``SHA256:…``; None where it cannot be read.
        problem: why it is not good, or None.
    """

    status: Literal["good", "unknown", "bad"]
    principal: str | None
    fingerprint: str | None
    problem: str | None

    @property
    def good(self) -> bool:
        """Whether it is by a key that counts, of this text."""
        return self.status == "good"


def check(
    payload: bytes,
    namespace: str,
    armored: str,
    allowed: Sequence[AllowedSigner],
    *,
    at: datetime | None = None,
    principal: str | None = None,
) -> Checked:
    """Check the signature of a payload.

    Args:
        payload: what should be signed.
        namespace: what for; a signature for anything else is bad.
        armored: the signature, as `Signer.sign` and ``ssh-keygen -Y sign`` write it.
        allowed: the keys that count, and from when to when.
        at: when it was signed; by default now.
        principal: whose key it must be: a name that the principals of its line match; None: anybody's.

    Raises:
        UsageError: the library that checks is not installed.
    """
    require_library()
    try:
        signature = parse(armored)
    except Unreadable as error:
        return Checked("bad", None, None, str(error))
    shown = fingerprint(signature.public)
    if signature.namespace != namespace:
        return Checked("bad", None, shown, f"it was made for {signature.namespace!r}, not for {namespace!r}")
    try:
        if not is_signed(signature, payload):
            return Checked("bad", None, shown, "what is signed is not this")
    except Unreadable as error:
        return Checked("bad", None, shown, str(error))
    lines = signers_of(allowed, signature.public)
    if not lines:
        return Checked("unknown", None, shown, "its key is not among the allowed signers")
    if principal is not None:
        theirs = [line for line in lines if line.names(principal)]
        if not theirs:
            return Checked("unknown", None, shown, f"its key is that of {lines[0].principals}, not of {principal}")
        lines = theirs
    problems = [line.problem(namespace, at or datetime.now(UTC)) for line in lines]
    if None in problems:
        return Checked("good", _shown(lines[problems.index(None)].principals, principal), shown, None)
    return Checked("unknown", None, shown, problems[0])


def _shown(principals: str, asked: str | None) -> str:
    """Return the principals without the one that was asked for, which is known."""
    return ",".join(name for name in principals.split(",") if name != asked) or principals


def belongs_to(allowed: Sequence[AllowedSigner], key: str | None, principal: str) -> bool:
    """Whether a key, given by its fingerprint, is one of a name."""
    return any(fingerprint(line.public) == key and line.names(principal) for line in allowed if not line.is_authority)


def read_allowed_signers(path: str | Path | None) -> tuple[AllowedSigner, ...]:
    """Read the file of setting ``allowed_signers``; without one no key counts.

    Raises:
        UsageError: it cannot be read or understood.
        Foreign: somebody else could have written it.
    """
    if path is None:
        return ()
    environ = process_environment()
    try:
        text = read_text(Path(path), limit=SETTINGS_LIMIT, owned=owners(environ, read_own(environ)))
    except (NotFound, UsageError) as error:
        raise UsageError(
            f"cannot read the allowed signers: {error.message}", hint="allowed_signers names the file."
        ) from None
    return parse_allowed_signers(text, str(path))
