"""Files that say whose keys count: OpenSSH's ``allowed_signers``, as git's ``gpg.ssh.allowedSignersFile``.

A line is ``PRINCIPALS [OPTIONS] KEYTYPE KEY [COMMENT]``.
Source: ssh-keygen(1), "ALLOWED SIGNERS" (https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import mktime

from pggit.core.errors import UsageError
from pggit.core.sshsig import Unreadable, key_of_line

_KEY_TYPE = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+")
_OPTION = re.compile(r'([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?(?:,|$)')
_PRINCIPALS = re.compile(r'"([^"]+)"\s+(.+)|([^\s"]+)\s+(.+)')
_OPTIONS = re.compile(r'((?:[^\s"]|"(?:[^"\\]|\\.)*")+)\s+(.+)')
_TIMES = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True)
class AllowedSigner:
    """One line.

    Attributes:
        principals: whose key it is, as written: names or patterns with commas between.
        public: the key, in the form of SSH's protocol.
        namespaces: patterns of what it may sign, or None for anything.
        valid_after, valid_before: when, or None.
        is_authority: it signs certificates and nothing else; those are not known here.
    """

    principals: str
    public: bytes
    namespaces: str | None = None
    valid_after: datetime | None = None
    valid_before: datetime | None = None
    is_authority: bool = False

    def names(self, principal: str) -> bool:
        """Whether a name is one of the principals, or matches a pattern of them and none of those with ``!``."""
        return _in_list(self.principals, principal)

    def problem(self, namespace: str, at: datetime) -> str | None:
        """Return why the key does not count for a namespace at a time, or None."""
        if self.namespaces is not None and not _in_list(self.namespaces, namespace):
            return f"the key of {self.principals} may not sign for {namespace}"
        if self.valid_after is not None and at < self.valid_after:
            return f"the key of {self.principals} was not valid yet"
        if self.valid_before is not None and at > self.valid_before:
            return f"the key of {self.principals} was no longer valid"
        return None


def parse_allowed_signers(text: str, source: str) -> tuple[AllowedSigner, ...]:
    """Read such a file.

    Args:
        text: what is in it.
        source: its name, for messages.

    Raises:
        UsageError: a line cannot be understood; the message has its number.
    """
    found = []
    # a line ends at a line feed; str.splitlines knows other ends, behind which a comment would hide a key
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found.append(_signer(line.strip()))
        except Unreadable as error:
            raise UsageError(
                f"{source}, line {number}: {error}",
                hint='A line is: ann@example.com namespaces="pggit" ssh-ed25519 AAAA…',
            ) from None
    return tuple(found)


def signers_of(allowed: Sequence[AllowedSigner], public: bytes) -> list[AllowedSigner]:
    """Return the lines of a key."""
    return [one for one in allowed if one.public == public and not one.is_authority]


def _signer(line: str) -> AllowedSigner:
    parts = _PRINCIPALS.fullmatch(line)
    if parts is None:
        raise Unreadable("there is no key")
    principals, rest = parts[1] or parts[3], parts[2] or parts[4]
    options: dict[str, str | None] = {}
    if not _KEY_TYPE.match(rest):
        split = _OPTIONS.fullmatch(rest)
        if split is None:
            raise Unreadable("there is no key")
        options, rest = _options(split[1]), split[2]
    after, before = _time(options.get("valid-after")), _time(options.get("valid-before"))
    if after is not None and before is not None and before <= after:
        raise Unreadable("valid-after is not before valid-before")
    return AllowedSigner(
        principals, key_of_line(rest), options.get("namespaces"), after, before, "cert-authority" in options
    )


def _options(written: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    at = 0
    while at < len(written):
        option = _OPTION.match(written, at)
        name = option[1].lower() if option else ""
        if option is None or name not in ("cert-authority", "namespaces", "valid-after", "valid-before"):
            raise Unreadable(f"{written[at:]} is no option and no key")
        if (option[2] is None) != (name == "cert-authority") or name in found:
            raise Unreadable(f"option {name} is not written as it must be")
        found[name] = option[2]
        at = option.end()
    return found


def _time(written: str | None) -> datetime | None:
    """A day or a time, local unless it ends in Z; as OpenSSH does, local times never have daylight saving."""
    if written is None:
        return None
    digits = written.removesuffix("Z")
    form = _TIMES.get(len(digits))
    try:
        if form is None or not digits.isdigit():
            raise ValueError
        moment = datetime.strptime(digits, form)
    except ValueError:
        raise Unreadable(f"{written} is no time: it is written YYYYMMDD or YYYYMMDDHHMM[SS], in UTC with Z") from None
    if written.endswith("Z"):
        return moment.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(mktime((*moment.timetuple()[:8], 0)), UTC)
    except (OverflowError, ValueError):
        raise Unreadable(f"{written} is not a time that this system knows") from None


def _in_list(patterns: str, name: str) -> bool:
    """Whether a name is in a list of patterns with ``*``, ``?`` and ``!``: what is excluded is not in it."""
    matched = False
    for pattern in patterns.split(","):
        wanted = re.escape(pattern.removeprefix("!")).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(wanted, name, re.DOTALL):
            if pattern.startswith("!"):
                return False
            matched = True
    return matched
