"""`import --git`: each git commit becomes a commit here, with the state that its files of SQL make.

The last line of a message, ``Git-Commit:``, says which git commit it was, so only what is new is taken, and a run that
was killed is taken up again. A commit is known again only where its parents are the right ones too: a commit that was
rebased or picked keeps the message. Refs move last.
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, PgGitError, Refused, SqlFailed, UsageError
from pggit.core.state import State
from pggit.db.connect import connect, connection_url, scratch_url
from pggit.db.sqlstate import translated
from pggit.repo.record import record
from pggit.repo.share import Moved
from pggit.repo.share.stored import added_remotes
from pggit.work.gitimport.known import known_commits, trailer
from pggit.work.gitimport.refs import REMOTE, place, require_free
from pggit.work.gitimport.source import GitCommit, Source
from pggit.work.gitimport.states import Declared, Loader, Migrations, Shown
from pggit.work.gitrepository import readable

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.settings import Settings

Progress = Callable[[int, int, str], None]

_RECENT = 16
"""So many states are kept in memory, and a commit that is put on one of them costs no reading."""
_HOLD = "replay/git"
_HELD = 100
"""After so many commits what was done is kept from gc."""


@dataclass(frozen=True, slots=True)
class Want:
    """What is wanted of an import.

    Attributes:
        branches: of git; none: the one that is checked out there.
        every: all branches of git.
        branch: the branch here that takes the one of git; None: that of its name, where that can be.
        folder: where in git the files are that hold the whole schema; empty: anywhere.
        migrations: the folder of migrations, where the files are such; None: they are not.
        skip_broken: record a commit that does not load with the state of its parent, and say so in its message.
    """

    branches: Sequence[str] = ()
    every: bool = False
    branch: str | None = None
    folder: str = ""
    migrations: str | None = None
    skip_broken: bool = False

    @property
    def place(self) -> str:
        """Where the files are, and of which sort: what the commits say of it."""
        folder = "/".join(part for part in (self.migrations or self.folder).split("/") if part not in ("", "."))
        return folder if self.migrations is None else f"{folder or '.'} (migrations)"


@dataclass(frozen=True, slots=True)
class GitImported:
    """What an import did.

    Attributes:
        directory: the git repository.
        commits: how many were taken.
        loaded: how many different sets of files were loaded for that.
        broken: of the commits that do not load their git hash and why.
        refs: branches and tags that moved, or (``problem``) could not.
    """

    directory: str
    commits: int
    loaded: int
    broken: tuple[tuple[str, str], ...]
    refs: tuple[Moved, ...]


def import_git(
    directory: Path,
    repository: Repository,
    want: Want,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> GitImported:
    """Take the commits of branches of a git repository in. The live schema, and the branch it is on, stay as they are.

    Branch NAME of git is ``git/NAME`` here; a branch NAME is made, or moved forward, where that loses nothing and it is
    not checked out. Tags of what was taken come along. If it is interrupted, the same call does the rest.

    Args:
        directory: the git repository, bare or not.
        repository: the tracked database.
        want: see there.
        settings: where scratch databases are made.
        progress: called with (number, of how many, subject) before each new commit.

    Raises:
        NotFound: there is no such directory, branch or folder, or no file of SQL.
        Foreign: it belongs to somebody else.
        Refused: it is not a git repository; a remote is called git; the branch that was named is checked out, or has
            commits that git has not.
        SqlFailed, UsageError: a commit does not load; the message names it, file and line. Those before it stay.
        PermissionDenied: the role may not create databases.
    """
    repository.require_installed()
    if REMOTE in {*added_remotes(repository.connection), *(settings.remotes if settings else ())}:
        raise Refused(
            f"a remote is called {REMOTE}, and what comes from git is {REMOTE}/BRANCH", hint="Give it another name."
        )
    folder = want.folder if want.migrations is None else want.migrations
    safe = settings.safe_directory if settings else None
    with readable(directory), closing(Source(directory, folder, safe)) as source:
        tips = _tips(source, want, directory)
        history = source.history(tips.values())
        known = known_commits(repository, history, want.place)
        if want.branch is not None:
            require_free(repository, want.branch, known)
        new = [commit for commit in history if commit.id not in known]
        if new and not any(source.key(commit) for commit in reversed(history)):
            raise NotFound(f"no commit has files of SQL in {folder or directory}", hint="--path names another folder.")
        with ExitStack() as stack:
            temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="pggit-"))
            loader = stack.enter_context(closing(_loader(repository, want, settings)))
            taking = _Taking(repository, source, want, known, loader, Shown(Path(temporary), source.content))
            for number, commit in enumerate(new, 1):
                if progress:
                    progress(number, len(new), commit.subject)
                taking.take(commit)
            moved = place(repository, tips, want.branch, [tag for tag in source.tags() if tag.commit in known], known)
            taking.hold(None)
    return GitImported(str(directory), len(new), taking.loaded, tuple(taking.broken.items()), tuple(moved))


def _tips(source: Source, want: Want, directory: Path) -> dict[str, str]:
    """The branches of git to take, with their commits."""
    there = source.branches()
    if not there:
        raise NotFound(f"git repository {directory} has no commit on any branch")
    if want.every:
        if want.branch is not None:
            raise UsageError("--branch names one branch, --all takes all of them under their own names")
        return there
    names = list(want.branches)
    if want.branch is not None and len(names) > 1:
        raise UsageError(f"branch {want.branch} cannot take several branches of git")
    if not names:
        if source.current is None:
            raise UsageError("git is on no branch there", hint=f"Name one: {', '.join(list(there)[:8])}")
        names = [source.current]
    for name in names:
        if name not in there:
            raise NotFound(f"git has no branch {name}", hint=f"Branches are: {', '.join(list(there)[:8])}")
    return {name: there[name] for name in names}


def _loader(repository: Repository, want: Want, settings: Settings | None) -> Declared | Migrations:
    server = scratch_url(settings) or connection_url(repository.connection)
    with closing(connect(server)) as connection:
        major = connection.info.server_version // 10000
    if major != repository.major:
        raise Refused(
            f"the scratch server has PostgreSQL {major}, this database {repository.major}:"
            " they write definitions differently",
        )
    optional = "include_kinds" in repository.settings()
    return Declared(server, optional=optional) if want.migrations is None else Migrations(server, optional=optional)


@dataclass(slots=True)
class _Taking:
    """An import under way.

    Attributes:
        known: hashes here by those of git.
        broken: why commits do not load, by their hashes in git.
        loaded: how many times files were loaded.
    """

    repository: Repository
    source: Source
    want: Want
    known: dict[str, str]
    loader: Loader
    shown: Shown
    broken: dict[str, str] = field(default_factory=dict)
    loaded: int = 0
    _same: dict[str, str] = field(default_factory=dict)  # key of files → a commit here that has their state
    _why: dict[str, str] = field(default_factory=dict)  # key of files → why they do not load
    _taken: set[str] = field(default_factory=set)
    _recent: OrderedDict[str, State] = field(default_factory=OrderedDict)
    _last: str | None = None

    def take(self, commit: GitCommit) -> None:
        """Take one commit; its parents are here."""
        parents = [self.known[parent] for parent in commit.parents]
        if self._last and (self._last not in parents or len(self.known) % _HELD == 0):
            self.hold(self._last)
        like = self._state(parents[0]) if parents else State()
        state, why = self._state_of(commit, like)
        trailers = {"Git-Broken": why, "Git-Path": self.want.place, "Git-Commit": commit.id}
        said = "".join(f"{name}: {text}\n" for name, text in trailers.items() if text)
        made = record(
            self.repository,
            state,
            parents,
            like,
            author=commit.author,
            time=commit.time,
            message=f"{commit.message.rstrip()}\n\n{said}".strip(),
        )
        self.known[commit.id] = self._last = made
        self._taken.add(commit.id)
        self._keep(made, state)
        if why:
            self.broken[commit.id] = why
        else:
            self._same[self.source.key(commit)] = made

    def hold(self, hash_: str | None) -> None:
        """Keep what was taken from gc; None: the refs do that from now on."""
        connection = self.repository.connection
        with translated():
            if hash_:
                connection.execute("select pggit.hold_commit(%s, %s)", (_HOLD, hash_))
            else:
                connection.execute("select pggit.delete_ref(name) from pggit.ref where name = %s", (_HOLD,))

    def _state_of(self, commit: GitCommit, before: State) -> tuple[State, str | None]:
        """The state that a commit's files make; or that of its first parent, and why it is that."""
        key = self.source.key(commit)
        for parent in commit.parents[:1]:
            if self.source.key(self.source.commit(parent)) == key and parent in self.known:
                return before, self._why.get(key) or self._said(parent)
        if key in self._same:
            return self._state(self._same[key]), None
        if key not in self._why:
            try:
                return self._load(commit), None
            except (SqlFailed, UsageError) as error:
                self._why[key] = " ".join(error.message.split())
                if not self.want.skip_broken:
                    raise self._located(commit, error) from error
        return before, self._why[key]

    def _load(self, commit: GitCommit) -> State:
        self.loaded += 1
        self.shown.show(self.source.files(commit))
        try:
            return self.loader.state(self.shown.directory)
        except PgGitError as error:
            error.message = _printable(error.message.replace(f"{self.shown.directory}/", ""))
            raise

    def _located(self, commit: GitCommit, error: PgGitError) -> PgGitError:
        made = type(error)(
            f"git commit {commit.id[:10]} ({commit.subject[:60]}) does not load: {error.message}",
            hint=error.hint
            or "--skip-broken records such a commit with the schema of its parent. Those before it stay.",
        )
        if isinstance(made, SqlFailed) and isinstance(error, SqlFailed):
            made.sqlstate = error.sqlstate
        return made

    def _said(self, parent: str) -> str | None:
        """Why a git commit that was here before does not load, where its message says that."""
        if parent in self._taken:
            return None
        ((message,),) = self.repository._rows(
            "select message from pggit.commit where hash = decode(%s, 'hex')", self.known[parent]
        )
        found = trailer(message)
        return found["broken"] if found else None

    def _state(self, hash_: str) -> State:
        """The state of a commit that is here."""
        if hash_ not in self._recent:
            last = next(reversed(self._recent.values()), None)
            self._keep(hash_, self.repository.load(hash_, like=last))
        self._recent.move_to_end(hash_)
        return self._recent[hash_]

    def _keep(self, hash_: str, state: State) -> None:
        self._recent[hash_] = state
        while len(self._recent) > _RECENT:
            self._recent.popitem(last=False)


def _printable(text: str) -> str:
    """Write names of files that are not UTF-8 so that they can be printed and stored."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
