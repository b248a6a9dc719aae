"""Where branches and tags stand after an import from git."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pggit.core.errors import Refused, UsageError
from pggit.db.sqlstate import translated
from pggit.repo.share import Moved
from pggit.repo.share.stored import is_ancestor

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.gitimport.source import GitTag

REMOTE = "git"
"""What stands before the branches of git: ``git/main``."""


def require_free(repository: Repository, branch: str, known: Mapping[str, str]) -> None:
    """Check, before anything is done, that a branch can take what comes from git.

    Raises:
        Refused: it is checked out, or has commits that git has not.
    """
    there = {one.name: one for one in repository.branches()}.get(branch)
    if there is None:
        return
    if there.hash not in known.values():
        raise Refused(f"branch {branch} has commits that git has not", hint="--branch names another one.")
    if there.current:
        raise Refused(
            f"branch {branch} is checked out: its live schema would not be that of the commit",
            hint="--branch names another one.",
        )


def place(
    repository: Repository,
    tips: Mapping[str, str],
    branch: str | None,
    tags: Sequence[GitTag],
    known: Mapping[str, str],
) -> list[Moved]:
    """Move branches and tags to what was taken.

    Args:
        repository: the tracked database.
        tips: of the branches of git, hashes in git.
        branch: what the only one of them is called here; None: as in git.
        tags: of git.
        known: hashes here by those in git.

    Returns:
        What moved, and what could not.

    Raises:
        Refused: ``branch`` cannot move.
    """
    refs = _refs(repository)
    moved: list[Moved] = []
    for name, tip in tips.items():
        target = known[tip]
        moved += _move(repository, refs, Moved(f"remotes/{REMOTE}/{name}", f"heads/{name}", None, target), forced=True)
        moved += _local(repository, refs, Moved(f"heads/{branch or name}", f"heads/{name}", None, target))
    for tag in tags:
        moved += _tag(repository, refs, tag, known[tag.commit])
    if branch is not None:
        for move in moved:
            if move.problem and move.ref == f"heads/{branch}":
                raise Refused(move.problem, hint=move.hint)
    return moved


def _local(repository: Repository, refs: Mapping[str, str], move: Moved) -> Iterator[Moved]:
    """Move a branch forward, or say why it stays."""
    present = refs.get(move.ref)
    name = move.ref[6:]
    theirs = f"{REMOTE}/{move.source[6:]}"
    if present == move.new or (present and is_ancestor(repository.connection, move.new, present)):
        return
    problem = hint = None
    if present and not is_ancestor(repository.connection, present, move.new):
        problem = f"branch {name} has commits that git has not: it stays"
        related = bool(repository.merge_base(present, move.new))
        hint = (
            f"pggit merge {theirs} brings them together."
            if related
            else f"pggit branch NEW {theirs}, then pggit switch NEW."
        )
    elif name == repository.branch:
        problem, hint = (
            f"branch {name} is checked out: it stays",
            f"pggit merge {theirs} brings it, and the live schema, there.",
        )
    if problem:
        yield Moved(move.ref, move.source, present, move.new, problem, hint)
        return
    yield from _move(repository, refs, move, forced=False)


def _move(repository: Repository, refs: Mapping[str, str], move: Moved, *, forced: bool) -> Iterator[Moved]:
    old = refs.get(move.ref)
    if old == move.new:
        return
    try:
        with translated():
            repository.connection.execute(
                "select pggit.update_ref(%s, %s, %s, %s, %s)",
                (move.ref, old and bytes.fromhex(old), bytes.fromhex(move.new), forced, f"import: {move.source}"),
            )
    except (Refused, UsageError) as error:  # somebody moved it just now; its name means something else here
        yield Moved(move.ref, move.source, old, move.new, error.message, error.hint)
        return
    yield Moved(move.ref, move.source, old, move.new)


def _tag(repository: Repository, refs: Mapping[str, str], tag: GitTag, target: str) -> Iterator[Moved]:
    ref = f"tags/{tag.name}"
    present = refs.get(ref)
    if present == target:
        return
    if present:
        problem = f"tag {tag.name} stands at another commit here: it stays"
        yield Moved(ref, ref, present, target, problem, f"pggit tag -d {tag.name}, and import again.")
        return
    try:
        repository.create_tag(tag.name, target, tag.message, tagger=tag.tagger)
    except (Refused, UsageError) as error:
        yield Moved(ref, ref, None, target, error.message, error.hint)
        return
    yield Moved(ref, ref, None, target)


def _refs(repository: Repository) -> dict[str, str]:
    with translated():
        rows = repository.connection.execute(
            "select name, encode(commit, 'hex') from pggit.ref where commit is not null"
        ).fetchall()
    return dict(rows)
