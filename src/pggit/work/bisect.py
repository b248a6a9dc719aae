"""Finding the commit that broke something: `bisect`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.apply.handing import hand_over
from pggit.apply.trial import fill
from pggit.core.errors import NotFound, Refused, SqlFailed, UsageError
from pggit.core.results import Commit
from pggit.core.state import State
from pggit.db.connect import connect, connection_url, environment_for, scratch_url, uri
from pggit.sandbox.ownership import of_the_database
from pggit.sandbox.sandbox import open_sandbox
from pggit.settings import load
from pggit.work.search import Search, Verdict

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository
    from pggit.settings import Settings

SKIP = 125
"""The exit status by which a command tells that it cannot try a commit, as for git bisect."""
_LAST_BAD = 127

Check = Callable[[Commit, str], Verdict]


@dataclass(frozen=True, slots=True)
class Tried:
    """A commit that was tried.

    Attributes:
        commit: which one.
        verdict: good, bad or skip.
        left: how many commits can still be the first bad one.
        steps: about how many more are to be tried.
        reason: why it was skipped without being tried: its schema cannot be made.
    """

    commit: Commit
    verdict: Verdict
    left: int
    steps: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Bisected:
    """What a search found.

    Attributes:
        first_bad: the first bad commit; None where only commits are left that could not be tried.
        suspects: the commits of which one is the first bad, oldest first.
        tried: what was tried, in order.
    """

    first_bad: Commit | None
    suspects: tuple[Commit, ...]
    tried: tuple[Tried, ...]


def search(repository: Repository, good: str, bad: str = "HEAD") -> tuple[Search, dict[str, Commit]]:
    """Return the search between two commits before its first step, and the commits by hash.

    Raises:
        NotFound: one of them is no commit.
        Refused: the good one is no ancestor of the bad one.
    """
    first, last = repository.commit_info(good), repository.commit_info(bad)
    commits = {commit.hash: commit for commit in repository.log(last.hash)}
    if first.hash == last.hash:
        raise Refused(f"{good} and {bad} are one commit, which cannot be good and bad")
    if first.hash not in commits:
        raise Refused(
            f"{good} is no ancestor of {bad}", hint="the bad commit comes first: pggit bisect BAD GOOD --run CMD"
        )
    return Search({commit.hash: commit.parents for commit in commits.values()}, first.hash, last.hash), commits


def bisect(
    repository: Repository,
    good: str,
    bad: str,
    check: Check,
    *,
    progress: Callable[[Tried], None] | None = None,
    settings: Settings | None = None,
) -> Bisected:
    """Find the first bad commit by trying those between a good and a bad one, each in a database of its own.

    Args:
        repository: the tracked database. It is only read; scratch databases are made on its server.
        good: a commit at which all was well.
        bad: a later one at which it is not.
        check: called with a commit and the connection string of a database that has its schema and no rows; tells
            whether it is good. What it does to the database nobody else sees.
        progress: called after each commit.
        settings: where the scratch server is named, if there is one.

    Raises:
        NotFound, Refused: as `search` does.
        PermissionDenied: the role may not create databases.
    """
    going, commits = search(repository, good, bad)
    server = scratch_url(settings) or connection_url(repository.connection)
    tried: list[Tried] = []
    with closing(connect(server)) as home:
        while going.found is None and (hash_ := going.next()):
            commit = commits[hash_]
            verdict, reason = _try(home, repository.load(hash_), commit, check)
            going.tell(hash_, verdict)
            tried.append(Tried(commit, verdict, len(going.suspects), going.steps(), reason))
            if progress:
                progress(tried[-1])
    found = commits[going.found] if going.found else None
    return Bisected(found, tuple(commits[hash_] for hash_ in going.suspects), tuple(tried))


def _try(server: Connection, state: State, commit: Commit, check: Check) -> tuple[Verdict, str | None]:
    """Build the schema of a commit by a role without rights, and hand it over to the check."""
    with open_sandbox(server, trust=load().trust_source) as sandbox:
        try:
            fill(sandbox, of_the_database(state))
            hand_over(sandbox)
        except (SqlFailed, Refused) as error:
            return "skip", error.message
        return check(commit, connection_url(sandbox.own)), None


def by_command(command: Sequence[str], *, stdout: int | None = None) -> Check:
    """Return the check that runs a command, as git bisect does.

    Status 0 is good, 125 cannot be tried, any other up to 127 is bad. The command finds the database in ``PGGIT_DB``,
    ``DATABASE_URL`` and libpq's own variables.

    Args:
        command: the program and its arguments.
        stdout: the file descriptor that its output goes to, by default this process's own.

    Raises (the check):
        NotFound: there is no such program.
        UsageError: it cannot be run.
        Refused: it ended with a status above 127, or by a signal: the search must not go on.
    """

    def check(commit: Commit, url: str) -> Verdict:
        found = {"PGGIT_DB": uri(url), "DATABASE_URL": uri(url)}
        try:
            status = subprocess.run(
                command, env=environment_for(url, os.environ) | found, stdout=stdout, check=False
            ).returncode
        except FileNotFoundError:
            raise NotFound(f"there is no program {command[0]}") from None
        except OSError as error:
            raise UsageError(f"{command[0]} cannot be run: {error.strerror}") from None
        if status == 0:
            return "good"
        if status == SKIP:
            return "skip"
        if not 0 < status <= _LAST_BAD:
            raise Refused(
                f"{command[0]} ended with status {status} at commit {commit.short}: the search is given up",
                hint="status 0 tells that a commit is good, 1 to 127 that it is bad, 125 that it cannot be tried.",
            )
        return "bad"

    return check
