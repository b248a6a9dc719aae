"""What is signed of commits and tags: short texts, the same wherever they are made.

A commit's hash follows from all that it says, down to the last definition, so to sign the hash is to sign it all.
The time is signed along, so that keys can count from and until a time. A commit::

    pggit commit
    commit 9be12c0a47…  (64 digits)
    signed 2026-11-01T10:00:00.000000Z

and a tag, after an empty line its message as it is::

    pggit tag
    tag v1.0
    commit 9be12c0a47…
    signed 2026-11-01T10:00:00.000000Z

    First release
"""

from __future__ import annotations

from datetime import UTC, datetime


def commit_text(commit: str, signed_at: datetime) -> bytes:
    """Return what is signed of a commit.

    Args:
        commit: its hash, 64 hexadecimal digits.
        signed_at: when it is signed.
    """
    return f"pggit commit\ncommit {commit}\nsigned {utc(signed_at)}\n".encode()


def tag_text(name: str, commit: str, message: str | None, signed_at: datetime) -> bytes:
    """Return what is signed of a tag.

    Args:
        name: its name.
        commit: hash of the commit that it stands at.
        message: what it says, or None.
        signed_at: when it is signed.
    """
    return f"pggit tag\ntag {name}\ncommit {commit}\nsigned {utc(signed_at)}\n\n{message or ''}\n".encode()


def utc(moment: datetime) -> str:
    """Return a time as it is signed: in UTC, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
