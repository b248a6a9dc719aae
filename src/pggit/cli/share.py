"""`pggit fetch`, `push`, `pull`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.changing import ALLOW, YES, changing, tell
from pggit.cli.command import CHANGE, RECORD, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import Refused, UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.repo.share import Moved, Shared

_REMOTE = Argument("[REMOTE", help="Its name; origin, or the only one.")


@command(RECORD, "pggit fetch", "pggit fetch staging", "pggit fetch staging main loyalty")
def fetch(
    run: Run,
    remote: Annotated[str | None, _REMOTE] = None,
    branches: Annotated[tuple[str, ...], Argument("[BRANCH]...]", help="Only these; all, and new tags.")] = (),
) -> None:
    """Bring commits from another database; its branches are REMOTE/BRANCH here, and nothing else moves.

    Only what is not here travels. If it is interrupted, the same command sends the rest.
    """
    from pggit.repo.share import fetch as bring
    from pggit.work.remotes import default_remote, opened

    with run.repository() as repository:
        repository.require_installed()
        name = remote or default_remote(run.settings, repository)
        with opened(run.settings, repository, name) as there, run.counting("Fetching") as progress:
            done = bring(repository, there, name, branches, progress=progress)
    _tell(run, done, f"{name}: nothing new.")


@command(
    RECORD,
    "pggit push",
    "pggit push staging main:review  # ours: theirs",
    "pggit push staging --tags",
    "pggit push staging loyalty --force  # throw commits off their branch",
)
def push(
    run: Run,
    remote: Annotated[str | None, _REMOTE] = None,
    refs: Annotated[
        tuple[str, ...], Argument("[BRANCH[:BRANCH]]...]", help="Branches or tags, ours:theirs; the current branch.")
    ] = (),
    tags: Annotated[bool, Option("--tags", help="All tags, too.")] = False,
    force: Annotated[bool, Option("--force", help="Also where commits of theirs are not here.")] = False,
) -> None:
    """Bring commits to another database, and move its branches forward. Its live schema stays as it is.

    The branch that is checked out there is refused. Only what is not there travels. If it is interrupted, the same
    command sends the rest.
    """
    from pggit.repo.share import push as bring
    from pggit.work.remotes import default_remote, opened

    with run.repository() as repository:
        repository.require_installed()
        name = remote or default_remote(run.settings, repository)
        wanted = _wanted(repository, refs, tags=tags)
        with opened(run.settings, repository, name) as there, run.counting("Pushing") as progress:
            done = bring(repository, there, name, wanted, force=force, progress=progress)
    refused = [move for move in done.refs if move.problem]
    if not (refused and run.json):
        _tell(run, done, f"{name}: everything is there.")
    if refused:
        raise Refused("; ".join(f"{_short(move.ref)}: {move.problem}" for move in refused), hint=refused[0].hint)


@command(CHANGE, "pggit pull", "pggit pull staging main")
def pull(
    run: Run,
    remote: Annotated[str | None, _REMOTE] = None,
    branch: Annotated[str | None, Argument("[BRANCH]]", help="Theirs; the one that is the current one here.")] = None,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> None:
    """Fetch a branch, and bring the current branch and the live schema forward to it.

    Refused where both sides have commits of their own. Rows and values that have no place any more are kept. If it is
    interrupted, the same command finishes it.
    """
    from pggit.work.pull import pull as bring
    from pggit.work.remotes import default_remote, opened

    with run.repository() as repository:
        repository.require_installed()
        name = remote or default_remote(run.settings, repository)
        theirs = branch or repository.branch
        if theirs is None:
            raise UsageError("HEAD is on no branch", hint="pggit pull REMOTE BRANCH.")
        again = f"pggit pull {name} {theirs}"
        with (
            opened(run.settings, repository, name) as there,
            run.counting("Fetching") as progress,
            changing(run, again, dry_run=False, yes=yes, allow=allow, of_others=True) as how,
        ):
            came, done = bring(repository, there, name, theirs, how=how, progress=progress)
        here = repository.branch or "HEAD"
    if came and not run.json:
        _lines(run, came)
    commits = came.sent.commits if came else 0
    text = f"{here} is at {(done.commit or '')[:10]}."
    tell(run, done, text, dry_run=False, remote=name, branch=theirs, hash=done.commit, commits=commits)


def _wanted(repository: Repository, given: tuple[str, ...], *, tags: bool) -> dict[str, str]:
    """Return our refs by theirs, full names."""
    known = {tag.name for tag in repository.tags()}
    branches = {branch.name for branch in repository.branches()}
    found = {}
    for text in given or ((repository.branch,) if repository.branch else ()):
        ours, _, theirs = text.partition(":")
        if not ours or text.endswith(":"):
            raise UsageError(f"{text!r} is no BRANCH:BRANCH", hint="ours:theirs, or one name for both.")
        section = "tags" if ours in known and ours not in branches else "heads"
        found[f"{section}/{theirs or ours}"] = f"{section}/{ours}"
    if tags:
        found |= {f"tags/{name}": f"tags/{name}" for name in known}
    if not found:
        raise UsageError("HEAD is on no branch", hint="pggit push REMOTE BRANCH.")
    return found


def _tell(run: Run, done: Shared, nothing: str) -> None:
    if run.json:
        run.out.json({"remote": done.remote, "refs": done.refs, "sent": done.sent, "remarks": done.remarks})
        return
    if not done.refs:
        _remarks(done)
        run.out.line(_signatures(done) or nothing)
        return
    _lines(run, done)


def _lines(run: Run, done: Shared) -> None:
    _remarks(done)
    sent = done.sent
    if sent.commits:
        run.out.line(f"{sent.commits} commits, {sent.trees} trees, {sent.blobs} definitions")
    if sent.signatures:
        run.out.line(_signatures(done))
    run.out.lines(_line(move) for move in done.refs if not move.problem)


def _signatures(done: Shared) -> str:
    number = done.sent.signatures
    return f"{number} {'signature' if number == 1 else 'signatures'}" if number else ""


def _remarks(done: Shared) -> None:
    for remark in done.remarks:
        say(remark)


def _line(move: Moved) -> str:
    way = f"{move.old[:10]}..{move.new[:10]}" if move.old else f"new at {move.new[:10]}"
    return f"  {_short(move.source)} -> {_short(move.ref)}  {way}"


def _short(ref: str) -> str:
    return ref.partition("/")[2]
