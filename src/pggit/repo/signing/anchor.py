"""Anchors: writing what the history is outside of the database, and finding where it is no longer so.

Whoever may write to the store may write any history with all its hashes, and the reflog along with it. What was
anchored before cannot be written again without the key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.allowed_signers import AllowedSigner
from pggit.core.anchors import Anchor, parse_anchor
from pggit.core.errors import NotFound, Refused, UsageError
from pggit.core.evidence import Evidence
from pggit.core.results import Finding
from pggit.core.signed_text import utc
from pggit.db.filelock import file_lock
from pggit.files import read_text
from pggit.repo.signing.chain import broken_links, comes_from, content, reached
from pggit.repo.signing.check import check
from pggit.repo.signing.evidence import evidence_of, planted, require_readable
from pggit.repo.signing.moved import told
from pggit.repo.signing.now import Now, read_now, reading
from pggit.repo.signing.rewritten import rewritten_tables

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.signing.keys import Signer

NAMESPACE = "pggit-anchor"
"""Of signatures of anchors."""


@dataclass(frozen=True, slots=True)
class Written:
    """A record that was written.

    Attributes:
        record: its number in the file, from 1.
        anchor: what it says.
    """

    record: int
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of an anchored history: how many records there are, and what was found."""

    records: int
    findings: tuple[Finding, ...]


def write_anchor(repository: Repository, file: Path, signer: Signer, *, reason: str | None = None) -> Written:
    """Append a record of what the history is now, unless it contradicts those that are there.

    Args:
        repository: where the history is.
        file: of the records; made if it is not there.
        signer: the key.
        reason: why branches or tags are elsewhere than the last record and the commits since then lead to.

    Raises:
        UsageError: the file cannot be written, or holds something else.
        Refused: the history is damaged, or not that of the records; or a branch was moved back, and no reason given.
    """
    with _locked(file):
        records = [_parsed(file, number, line) for number, line in _read(file)]
        with reading(repository):
            require_readable(repository)
            now = read_now(repository)
            broken = [*_chain(records)]
            moved = [*_rewritten(now, records, _all_reached(now, records))]
            _require_sound(file, [*broken, *moved, *_tables(repository, now, records, not broken)], reason)
            anchor = _anchor(repository, now, records, reason)
        anchor = replace(anchor, signature=signer.sign(anchor.payload, NAMESPACE))
        _append(file, anchor.line)
    return Written(len(records) + 1, anchor)


def compare(repository: Repository, file: Path, allowed: Sequence[AllowedSigner]) -> Compared:
    """Find where a history is not what was anchored. Reads only; needs the rights of an auditor.

    Args:
        repository: where the history is.
        file: of the records.
        allowed: whose records count.

    Raises:
        NotFound: there is no such file, or nothing in it.
        UsageError: it cannot be read.
    """
    lines = _read(file)
    if not lines:
        raise NotFound(f"there is no anchor in {file}", hint=f"pggit anchor {file} writes one.")
    records, findings = [], []
    for number, line in lines:
        try:
            records.append((number, parse_anchor(line)))
        except ValueError as error:
            findings.append(Finding("damaged anchor", f"record {number}", str(error)))
    anchors = [anchor for _, anchor in records]
    for number, anchor in records:
        findings += _signature(number, anchor, allowed)
    broken = [*_chain(anchors, damaged=len(records) < len(lines))]
    is_whole = not broken and len(records) == len(lines)
    findings += broken
    with reading(repository):
        unreadable = planted(repository)
        if unreadable:
            return Compared(len(lines), (*findings, *unreadable))
        now = read_now(repository)
        wanted = _all_reached(now, anchors)
        findings += _rewritten(now, anchors, wanted)
        findings += _tables(repository, now, anchors, is_whole)
        findings += content(repository, [link for hash_ in wanted if (link := now.links.get(hash_))]).findings
    return Compared(len(lines), tuple(dict.fromkeys(findings)))


def _anchor(repository: Repository, now: Now, records: Sequence[Anchor], reason: str | None) -> Anchor:
    moment = datetime.now(UTC)
    if records and moment < records[-1].moment:
        raise Refused(
            f"the last record is of {records[-1].time}, and the clock of this machine is before that",
            hint="Set the clock; records are dated one after the other.",
        )
    before = [anchor.said for anchor in records if isinstance(anchor.said, Evidence)]
    return Anchor(
        utc(moment),
        now.repository,
        now.anchored,
        len(reached(now.links, now.refs.values())),
        evidence_of(repository, now.tables, before),
        records[-1].hash if records else None,
        reason,
    )


def _require_sound(file: Path, wrong: Sequence[Finding], reason: str | None) -> None:
    errors = [finding for finding in wrong if finding.severity == "error"]
    if errors:
        first = errors[0]
        raise Refused(
            f"the history is not that of {file}: {first.problem}, {first.object}: {first.message}",
            hint=f"pggit fsck --anchor {file} shows all that is wrong.",
        )
    moved = [finding for finding in wrong if finding.severity == "warning"]
    if moved and reason is None:
        raise Refused(
            f"{moved[0].object} is not where {file} leads to: {moved[0].message}",
            hint="If that was meant, --reason TEXT says why; it is signed along.",
        )


def _signature(number: int, anchor: Anchor, allowed: Sequence[AllowedSigner]) -> Iterator[Finding]:
    found = check(anchor.payload, NAMESPACE, anchor.signature, allowed, at=anchor.moment)
    if not found.good:
        shown = f" ({found.fingerprint})" if found.fingerprint else ""
        name = "bad signature" if found.status == "bad" else "unknown signer"
        yield Finding(name, f"record {number}", f"{found.problem}{shown}")


def _chain(anchors: Sequence[Anchor], *, damaged: bool = False) -> Iterator[Finding]:
    """Whether each record names the one before it; a damaged one between them has been told already."""
    if anchors and anchors[0].previous is not None and not damaged:
        yield Finding("broken chain", "record 1", "the records before it are missing")
    for number, (one, other) in enumerate(pairwise(anchors), 2):
        if other.previous != one.hash and not damaged:
            yield Finding("broken chain", f"record {number}", "the record before it is not the one that it follows")
        if other.time < one.time:
            yield Finding("broken chain", f"record {number}", "it is older than the one before it")


def _tables(repository: Repository, now: Now, anchors: Sequence[Anchor], is_whole: bool) -> Iterator[Finding]:
    """Where tables and the engine are not what was anchored. What records say of them needs those before."""
    ours = [anchor for anchor in anchors if anchor.repository == now.repository]
    if is_whole and len(ours) == len(anchors):
        yield from rewritten_tables(repository, now, ours)
    else:
        yield Finding("not compared", "tables", "records are missing or damaged, or of another repository", "warning")


def _rewritten(now: Now, anchors: Sequence[Anchor], wanted: Sequence[str]) -> Iterator[Finding]:
    """Where commits are not what was anchored, or branches and tags not where that leads to."""
    ours = [anchor for anchor in anchors if anchor.repository == now.repository]
    if len(ours) < len(anchors):
        other = next(anchor for anchor in anchors if anchor.repository != now.repository)
        message = f"the anchor is of repository {other.repository}, this is {now.repository}"
        yield Finding("another repository", other.repository, message)
    yield from broken_links(now.links, wanted)
    for anchor in ours:
        yield from _of_record(now, anchor)
    for one, other in pairwise(ours):
        yield from _between(now, one, other)
    if ours:
        yield from _since(now, ours[-1])


def _of_record(now: Now, anchor: Anchor) -> Iterator[Finding]:
    """What a record says that must be so for ever."""
    for ref, at in anchor.refs.items():
        link = now.links.get(at.commit)
        if link is None:
            yield Finding(
                "missing commit", ref, f"it was at {at.commit[:10]} on {anchor.time[:10]}, which is not there"
            )


def _between(now: Now, one: Anchor, other: Anchor) -> Iterator[Finding]:
    """What was moved from a record to the next, which its signer has signed."""
    for ref, at in one.refs.items():
        then = other.refs.get(ref)
        if then is not None and comes_from(now.links, then.commit, at.commit):
            continue
        what = f"from {at.commit[:10]} to {then.commit[:10]}" if then else f"away from {at.commit[:10]}"
        if other.reason is not None:
            yield Finding("moved", ref, f"{what} before {other.time}: {other.reason}", "note")
        else:
            yield Finding("rewritten history", ref, f"{what} before {other.time}; that record gives no reason")


def _since(now: Now, last: Anchor) -> Iterator[Finding]:
    """What was moved since the last record, or is not there any more."""
    number = sum(hash_ in now.links for hash_ in reached(now.links, [at.commit for at in last.refs.values()]))
    if number != last.commits:
        message = f"it had {last.commits} commits on {last.time[:10]}, of which {number} are there"
        yield Finding("missing commit", "history", message)
    for ref, at in last.refs.items():
        target = now.refs.get(ref)
        if target is not None and comes_from(now.links, target, at.commit):
            continue
        found = told(now, ref, at.commit, last.last_move)
        if found is None:
            where = f"it is at {target[:10]}, which does not come from" if target else "it is gone, and was at"
            yield Finding("rewritten history", ref, f"{where} {at.commit[:10]}; the reflog does not tell why")
            continue
        if found.ref != ref:
            yield Finding("renamed", ref, f"it is {found.ref} now, as the reflog tells", "warning")
        for move in found.moves:
            to = f"moved to {move.new[:10]}" if move.new else "deleted"
            old = f" from {move.old[:10]}" if move.old else ""
            what = f"{to}{old} by {move.who} on {move.time}, as the reflog tells: {move.message}"
            yield Finding("deleted" if move.new is None else "moved", ref, what, "warning")


def _commits(anchors: Sequence[Anchor]) -> list[str]:
    return list(dict.fromkeys(at.commit for anchor in anchors for at in anchor.refs.values()))


def _all_reached(now: Now, anchors: Sequence[Anchor]) -> list[str]:
    """What was anchored and is there, and what is there now."""
    there = [hash_ for hash_ in (*now.refs.values(), *_commits(anchors)) if now.links.get(hash_)]
    return sorted(reached(now.links, there))


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the file, so that records come one after the other. A file that is new and stays empty goes."""
    if not file.absolute().parent.is_dir():
        raise UsageError(f"there is no directory {file.absolute().parent}")
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} is not a regular file")
    try:
        with file_lock(file):
            yield
    finally:
        if file.is_file() and not file.stat().st_size:
            file.unlink()


def _read(file: Path) -> list[tuple[int, str]]:
    """Return the lines with their numbers."""
    try:
        text = read_text(file)
    except NotFound as error:
        error.hint = f"pggit anchor {file} writes one."
        raise
    return [(number, line) for number, line in enumerate(text.removesuffix("\n").split("\n"), 1) if text]


def _parsed(file: Path, number: int, line: str) -> Anchor:
    try:
        return parse_anchor(line)
    except ValueError as error:
        raise UsageError(
            f"{file}, record {number}: {error}", hint="pggit anchor appends to its own file, and to no other."
        ) from None


def _append(file: Path, line: str) -> None:
    """Write a line at the end in one piece, and wait until it is on the disk."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
