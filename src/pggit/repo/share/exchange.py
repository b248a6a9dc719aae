"""Push and fetch: objects first, refs last, each ref only from where it was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, LiteralString

from pggit.core.errors import EngineError, NotFound, NotInstalled, Refused, UsageError
from pggit.core.refname import is_ref_name
from pggit.db.sqlstate import translated
from pggit.db.untrusted import answering, rows_of
from pggit.repo.share.carry import Progress, carry
from pggit.repo.share.results import Moved, Sent, Shared
from pggit.repo.share.signatures import carry_signatures, carry_tags
from pggit.repo.share.stored import is_ancestor

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository


_MOST_REFS = 100_000


def fetch(
    here: Repository,
    there: Repository,
    remote: str,
    branches: Sequence[str] = (),
    *,
    progress: Progress | None = None,
) -> Shared:
    """Bring branches of another repository, and tags that are not here, into this one; no branch of this one moves.

    Its branches are ``REMOTE/BRANCH`` here. Those that it no longer has go, unless some were named. Objects that have
    arrived stay when it is interrupted: the next fetch sends the rest.

    Args:
        here: the repository that takes them.
        there: the other one.
        remote: what the other one is called here.
        branches: which; by default all.
        progress: called with (number, of how many, what).

    Raises:
        NotFound: a branch is not there.
        EngineError: the two engines are not of one version.
    """
    with answering(there.connection, remote):
        return _fetch(here, there, remote, branches, progress)


def _fetch(
    here: Repository, there: Repository, remote: str, branches: Sequence[str], progress: Progress | None
) -> Shared:
    remarks = _require_alike(here, there, remote)
    theirs, ours = _refs(there.connection), _refs(here.connection)
    for branch in branches:
        if f"heads/{branch}" not in theirs:
            raise NotFound(f"{remote} has no branch {branch}", hint=_known(theirs))
    wanted = {
        f"remotes/{remote}/{ref[6:]}": ref
        for ref in theirs
        if ref.startswith("heads/") and (not branches or ref[6:] in branches)
    }
    wanted |= {ref: ref for ref in theirs if ref.startswith("tags/") and ref not in ours and not branches}
    refused = [
        Moved(ref, source, _hex(ours.get(ref)), theirs[source].hex(), f"{_named(source)} has no valid name here")
        for ref, source in wanted.items()
        if not is_ref_name(ref.partition("/")[2])
    ]
    wanted = {ref: source for ref, source in wanted.items() if ref not in {move.ref for move in refused}}
    sent = Sent()
    carry(there.connection, here.connection, list({theirs[ref] for ref in wanted.values()}), sent, progress)
    moved = refused + [
        _update(here.connection, Moved(ref, source, _hex(ours.get(ref)), theirs[source].hex()), "fetch", forced=True)
        for ref, source in wanted.items()
        if ours.get(ref) != theirs[source]
    ]
    carry_tags(there.connection, here.connection)
    sent.signatures = carry_signatures(there.connection, here.connection, [theirs[ref] for ref in wanted.values()])
    if not branches:
        _prune(here, [ref for ref in ours if ref.startswith(f"remotes/{remote}/") and ref not in wanted])
    return Shared(remote, tuple(moved), sent, remarks)


def push(
    here: Repository,
    there: Repository,
    remote: str,
    refs: Mapping[str, str],
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Shared:
    """Bring refs of this repository into another one, and move its refs there.

    The branch that is checked out there is refused, and so is one that has commits that are not here.

    Args:
        here: the repository that has them.
        there: the other one.
        remote: what the other one is called here.
        refs: ours by theirs, full names: ``{"heads/main": "heads/main"}``.
        force: throw commits off the other's branch, but only those that were seen.
        progress: called with (number, of how many, what).

    Raises:
        NotFound: a ref is not here.
        Refused: the servers are of different major versions.
        EngineError: the two engines are not of one version.
    """
    with answering(there.connection, remote):
        return _push(here, there, remote, refs, force, progress)


def _push(
    here: Repository,
    there: Repository,
    remote: str,
    refs: Mapping[str, str],
    force: bool,
    progress: Progress | None,
) -> Shared:
    _require_alike(here, there, remote)
    if here.major != there.major:
        raise Refused(
            f"{remote} is on PostgreSQL {there.major}, this database on {here.major}:"
            " they write definitions differently",
            hint="Its history can be fetched from either side, to look at.",
        )
    ours, theirs = _refs(here.connection), _refs(there.connection)
    for source in refs.values():
        if source not in ours:
            raise NotFound(f"there is no {_named(source)}", hint=_known(ours))
    sent = Sent()
    ahead = {ref: source for ref, source in refs.items() if theirs.get(ref) != ours[source]}
    planned = [
        _checked(here, there, Moved(ref, source, _hex(theirs.get(ref)), ours[source].hex()), force)
        for ref, source in ahead.items()
    ]
    going = dict.fromkeys(bytes.fromhex(move.new) for move in planned if not move.problem)
    carry(here.connection, there.connection, list(going), sent, progress)
    moved = [move if move.problem else _update(there.connection, move, "push", forced=force) for move in planned]
    if any(ref.startswith("tags/") for ref in refs):
        carry_tags(here.connection, there.connection)
    refused = {move.ref for move in moved if move.problem}
    there_now = [ours[source] for ref, source in refs.items() if ref not in refused]
    sent.signatures = carry_signatures(here.connection, there.connection, there_now)
    for move in moved:
        if move.problem is None and move.ref.startswith("heads/"):
            _follow(here, f"remotes/{remote}/{move.ref[6:]}", move)
    return Shared(remote, tuple(moved), sent)


def _require_alike(here: Repository, there: Repository, remote: str) -> tuple[str, ...]:
    """Check that both sides have the same engine; returns what is to be said of their servers."""
    here.require_installed()
    if not there.installed:
        raise NotInstalled(f"{remote} is not tracked", hint=f"pggit init on {remote} installs pgGit in it.")
    versions = [_version(side.connection) for side in (here, there)]
    if versions[0] != versions[1]:
        raise EngineError(
            f"pgGit is of version {versions[1]} in {remote}, and of {versions[0]} in this database",
            hint="pggit upgrade brings the older one to the newer.",
        )
    if here.major == there.major:
        return ()
    return (
        f"{remote} is on PostgreSQL {there.major}, this database on {here.major}: they write some definitions"
        " differently, so a difference between the two need not be one.",
    )


def _version(connection: Connection) -> str:
    """The engine's version; whether it can receive belongs to it."""
    with translated():
        row = connection.execute(
            "select pggit.version() || ' (engine ' || max(version)"
            " || case when to_regproc('pggit.receive_commits') is null then ', before push and fetch)' else ')' end"
            " from pggit.upgrade_log"
        ).fetchone()
    assert row is not None
    return str(row[0])


def _refs(connection: Connection) -> dict[str, bytes]:
    query: LiteralString = "select left(name, 1000), commit from pggit.ref where commit is not null order by name"
    rows = rows_of(connection, query, None, (str, bytes), most=_MOST_REFS, what="refs")
    return {name: commit for name, commit in rows if name.startswith(("heads/", "tags/", "remotes/"))}


def _checked(here: Repository, there: Repository, move: Moved, force: bool) -> Moved:
    """Tell beforehand why a ref will be refused, so that nothing is sent for it. The other side decides at the end."""
    name = _named(move.ref)
    if there.branch is not None and move.ref == f"heads/{there.branch}":
        hint = "Push to another branch (BRANCH:OTHER), or pull from there."
        return replace(
            move, problem=f"{name} is checked out there: its live schema would not be that of HEAD", hint=hint
        )
    if move.old is None or force:
        return move
    if move.ref.startswith("tags/"):
        return replace(move, problem=f"{name} stands at another commit there", hint="--force moves it.")
    if is_ancestor(here.connection, move.old, move.new):
        return move
    hint = "Pull, or fetch and merge them first; --force throws them off the branch."
    return replace(move, problem=f"{name} has commits there that it has not here (non-fast-forward)", hint=hint)


def _update(connection: Connection, move: Moved, message: str, *, forced: bool) -> Moved:
    old = bytes.fromhex(move.old) if move.old else None
    try:
        with translated():
            connection.execute(
                "select pggit.update_ref(%s, %s, %s, %s, %s)",
                (move.ref, old, bytes.fromhex(move.new), forced, f"{message}: {move.source}"),
            )
    except (Refused, UsageError) as error:  # UsageError: its name is not valid here
        return replace(move, problem=error.message, hint=error.hint)
    return move


def _follow(here: Repository, ref: str, move: Moved) -> None:
    """Remember where a branch of the other side is now; somebody who fetches at this moment knows better."""
    seen = _refs(here.connection).get(ref)
    try:
        with translated():
            here.connection.execute(
                "select pggit.update_ref(%s, %s, %s, true, %s)",
                (ref, seen, bytes.fromhex(move.new), f"push: {move.source}"),
            )
    except Refused:
        return


def _prune(here: Repository, refs: Sequence[str]) -> None:
    for ref in refs:
        try:
            with translated():
                here.connection.execute("select pggit.delete_ref(%s)", (ref,))
        except NotFound:
            continue


def _known(refs: Mapping[str, bytes]) -> str | None:
    names = [ref[6:] for ref in refs if ref.startswith("heads/")]
    return f"Branches are: {', '.join(names[:8])}" if names else None


def _named(ref: str) -> str:
    section, _, name = ref.partition("/")
    return f"{'tag' if section == 'tags' else 'branch'} {name}"


def _hex(commit: bytes | None) -> str | None:
    return commit.hex() if commit else None
