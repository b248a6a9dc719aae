"""`pggit bisect`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.work.bisect import Bisected, Tried

_STYLES = {"good": "green", "bad": "red", "skip": "yellow"}
_STANDARD_ERROR = 2


@command(
    LOOK,
    "pggit bisect HEAD v1.0 --run pytest -x tests/test_reports.py",
    "pggit bisect --good v1.0 --run sh -c 'psql -c \"select total from report\"'  # until HEAD",
    "pggit bisect main HEAD~40 --dry-run --run make check",
    rest="--run",
)
def bisect(
    run: Run,
    commits: Annotated[
        tuple[str, ...], Argument("[BAD [GOOD]]", help="A commit that is bad; one before it that is good.")
    ] = (),
    bad: Annotated[str | None, Option("--bad", metavar="COMMIT", help="The bad commit; HEAD.")] = None,
    good: Annotated[str | None, Option("--good", metavar="COMMIT", help="The good commit.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Tell what would be tried, try nothing.")] = False,
    program: Annotated[
        str | None, Option("--run", metavar="CMD [ARG]…", help="What tells good from bad, by its exit status; last.")
    ] = None,
) -> int:
    """Find the commit that broke something: run a command against a database at each commit that is tried.

    The database has the commit's schema and no rows. The command finds it in PGGIT_DB, DATABASE_URL and PGHOST,
    PGDATABASE and so on; it tells by its exit status whether the commit is good (0), bad (1 to 127) or cannot be
    tried (125). Any other status ends the search.
    """
    bad, good = _both(commits, bad, good)
    if program is None and not dry_run:
        raise UsageError("there is no command to run", hint="pggit bisect BAD GOOD --run CMD [ARG]…")
    with run.repository() as repository:
        if program is None or dry_run:
            return _would(run, repository, bad, good)
        found = _search(run, repository, bad, good, [program, *run.objects])
        if run.json:
            run.out.json(found)
        else:
            run.out.lines(_lines(run, repository, found))
    return EXIT_OK if found.first_bad else EXIT_FOUND


def _both(commits: tuple[str, ...], bad: str | None, good: str | None) -> tuple[str, str]:
    rest = list(commits)
    bad = bad or (rest.pop(0) if rest else "HEAD")
    good = good or (rest.pop(0) if rest else None)
    if rest:
        raise UsageError(f"one commit too many: {rest[0]}", hint="pggit bisect BAD GOOD --run CMD [ARG]…")
    if good is None:
        raise UsageError("there is no good commit", hint="pggit bisect BAD GOOD --run CMD [ARG]…")
    return bad, good


def _search(run: Run, repository: Repository, bad: str, good: str, argv: list[str]) -> Bisected:
    from pggit.work.bisect import bisect as search
    from pggit.work.bisect import by_command

    # standard output is the document's
    check = by_command(argv, stdout=_STANDARD_ERROR if run.json else None)
    return search(
        repository, good, bad, check, progress=None if run.json else lambda tried: _tell(run, tried),
        settings=run.settings,
    )  # fmt: skip


def _tell(run: Run, tried: Tried) -> None:
    from pggit.cli.commits import oneline

    verdict = run.out.style(f"{tried.verdict:<4}", _STYLES[tried.verdict])
    say(f"{verdict} {oneline(run.out, tried.commit)}")
    if tried.reason:
        say(f"     its schema cannot be made here: {tried.reason}")
    if tried.left > 1:
        say(f"     {tried.left} commits left, about {tried.steps} to try")


def _would(run: Run, repository: Repository, bad: str, good: str) -> int:
    from pggit.cli.commits import oneline
    from pggit.work.bisect import search

    going, commits = search(repository, good, bad)
    first = going.next()
    if run.json:
        run.out.json({"suspects": [commits[hash_] for hash_ in going.suspects], "steps": going.steps(), "next": first})
        return EXIT_OK
    count = len(going.suspects)
    run.out.line(f"{count} {'commit' if count == 1 else 'commits'} may be the first bad one; {going.steps()} to try.")
    if first:
        run.out.line(f"The first would be {oneline(run.out, commits[first])}")
    return EXIT_OK


def _lines(run: Run, repository: Repository, found: Bisected) -> Iterator[str]:
    from pggit.cli.changes import short_lines
    from pggit.cli.commits import commit_lines, oneline

    if found.first_bad is None:
        yield "Only commits are left that could not be tried. The first bad one is among:"
        yield from (oneline(run.out, commit) for commit in found.suspects)
        return
    yield f"{found.first_bad.hash} is the first bad commit"
    yield from commit_lines(run.out, found.first_bad, repository.branch)
    yield from short_lines(run.out, repository.show(found.first_bad.hash)[1])
