"""The whole history as a git repository: `export --git`.

A commit becomes a git commit with the files of its state (`export.py`). Which one it was is the last line of its
message, so the git repository itself tells what it has, and only what is new is written. The same history makes the
same git commits. Objects are written first and refs last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pggit.core.cleaned import clean_author, clean_message
from pggit.core.errors import Refused
from pggit.core.state import State
from pggit.db.sqlstate import translated
from pggit.work.export import files, order_file
from pggit.work.gitrepository import library, open_git, readable

if TYPE_CHECKING:
    from dulwich.repo import Repo

    from pggit.core.results import Tag
    from pggit.repo.repository import Repository

Progress = Callable[[int, int, str], None]

_TRAILER = re.compile(rb"^Pggit-Commit: ([0-9a-f]{64})\s*\Z", re.MULTILINE)
_REFS = (b"refs/heads/", b"refs/tags/")
_FILE, _FOLDER = 0o100644, 0o040000


@dataclass(frozen=True, slots=True)
class GitExported:
    """What an export to git did.

    Attributes:
        directory: the git repository.
        commits: how many were written.
        refs: those that are new, moved or gone, full git names.
        secrets: labels of the values that are ``{secret}`` in the files of the new commits.
    """

    directory: str
    commits: int
    refs: tuple[str, ...]
    secrets: tuple[str, ...]


def export_git(
    directory: Path,
    repository: Repository,
    *,
    owners: bool = True,
    safe_directory: str | None = None,
    progress: Progress | None = None,
) -> GitExported:
    """Write all commits of the branches and tags into a bare git repository, and its refs.

    Args:
        directory: where; new, empty, or a bare repository. Its branches that hold commits of an export are those of the
            tracked database afterwards, others are left alone.
        repository: the tracked database.
        owners: whether owners and grants are written.
        safe_directory: the setting of that name: where repositories of other users are taken, too.
        progress: called with (number, of how many, message) before each commit.

    Raises:
        UsageError: the library for git is not installed.
        Foreign: the git repository belongs to somebody else.
        Refused: the directory is something else, or a branch there has commits that no export made.
    """
    repository.require_installed()
    git = _opened(directory, safe_directory)
    with closing(git), readable(directory):
        return _export(git, directory, repository, owners, progress)


def _export(git: Repo, directory: Path, repository: Repository, owners: bool, progress: Progress | None) -> GitExported:
    mirror = _Mirror(git, repository, owners)
    branches = {name: hash_ for name, hash_ in ((b.name, b.hash) for b in repository.branches()) if hash_}
    tags = repository.tags()
    mirror.require_own(branches)
    rows = _commits(repository, [*branches.values(), *(tag.hash for tag in tags)])
    new = [row for row in rows if row[0] not in mirror.known]
    for number, row in enumerate(new, 1):
        if progress:
            progress(number, len(new), row[5].partition("\n")[0])
        mirror.add_commit(*row)
    mirror.set_refs(branches, tags, repository.branch)
    return GitExported(str(directory), len(new), tuple(mirror.moved), tuple(mirror.secrets))


def _opened(directory: Path, safe: str | None) -> Repo:
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        repo = library()
        directory.mkdir(parents=True, exist_ok=True)
        return repo.init_bare(str(directory))
    found = open_git(directory, safe)
    if not found.bare:
        raise Refused(
            f"{directory} has files checked out, which would not follow",
            hint="Export into a new directory, and pull from that: git pull DIR.",
        )
    return found


def _commits(repository: Repository, tips: Sequence[str]) -> list[tuple[Any, ...]]:
    """The commits that some come from: hash, tree, parents, author, time, message; parents before children."""
    with translated():
        return repository.connection.execute(
            "select encode(c.hash, 'hex'), encode(c.tree, 'hex'),"
            " (select coalesce(array_agg(encode(p.hash, 'hex') order by p.n), '{}')"
            "  from unnest(c.parents) with ordinality as p(hash, n)), c.author, c.authored_at, c.message"
            " from pggit.commits_between('{}', %s::bytea[]) as b join pggit.commit as c using (hash)"
            " order by c.generation, c.hash",
            [[bytes.fromhex(tip) for tip in tips]],
        ).fetchall()


@dataclass
class _Mirror:
    """A git repository while it is written.

    Attributes:
        known: git commits by the hashes of ours.
        moved: refs that were set or removed.
        secrets: labels, as the keys of a dictionary.
    """

    git: Repo
    repository: Repository
    owners: bool
    known: dict[str, bytes] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    secrets: dict[str, None] = field(default_factory=dict)
    _trees: dict[str, bytes] = field(default_factory=dict)
    _last: State = field(default_factory=State)
    _written: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        tips = {self._commit_at(ref) for ref in self.git.refs.allkeys() if ref.startswith(_REFS)} - {None}
        for entry in self.git.get_walker(include=list(tips)) if tips else ():
            if found := _TRAILER.search(entry.commit.message):
                self.known[found[1].decode()] = entry.commit.id

    def require_own(self, branches: Mapping[str, str]) -> None:
        """Check that no branch of these names would lose commits that somebody made in git."""
        ours = set(self.known.values())
        for name in branches:
            ref = b"refs/heads/" + name.encode()
            if ref in self.git.refs and self.git.refs[ref] not in ours:
                raise Refused(
                    f"branch {name} has commits in git that no export made", hint="Give it another name there."
                )

    def add_commit(
        self, hash_: str, tree: str, parents: Sequence[str], author: str, time: datetime, message: str
    ) -> None:
        """Write a commit; those that it comes from are there."""
        from dulwich.objects import Commit

        made = Commit()
        made.tree = self._trees.get(tree) or self._trees.setdefault(tree, self._add_state(hash_))
        made.parents = [self.known[parent] for parent in parents]
        made.author = made.committer = _person(author)
        made.author_time = made.commit_time = max(0, int(time.timestamp()))
        made.author_timezone = made.commit_timezone = 0
        made.encoding = b"UTF-8"
        made.message = f"{clean_message(message)}\n\nPggit-Commit: {hash_}\n".encode()
        self.known[hash_] = self._add(made)

    def set_refs(self, branches: Mapping[str, str], tags: Sequence[Tag], current: str | None) -> None:
        """Let branches, tags and HEAD stand where they do in the tracked database."""
        wanted = {b"refs/heads/" + name.encode(): self.known[hash_] for name, hash_ in branches.items()}
        wanted |= {b"refs/tags/" + tag.name.encode(): self._add_tag(tag) for tag in tags}
        ours = set(self.known.values())
        for ref in sorted(self.git.refs.allkeys()):
            if ref.startswith(_REFS) and ref not in wanted and self._commit_at(ref) in ours:
                del self.git.refs[ref]
                self.moved.append(ref.decode())
        for ref, target in wanted.items():
            if ref not in self.git.refs or self.git.refs[ref] != target:
                self.git.refs[ref] = target
                self.moved.append(ref.decode())
        if current is not None:
            self.git.refs.set_symbolic_ref(b"HEAD", b"refs/heads/" + current.encode())

    def _commit_at(self, ref: bytes) -> bytes | None:
        """The commit that a ref stands at, through a tag with a message; None where it is at something else."""
        from dulwich.objects import Commit, Tag

        found = self.git[self.git.refs[ref]]
        while isinstance(found, Tag):
            found = self.git[found.object[1]]
        return found.id if isinstance(found, Commit) else None

    def _add_tag(self, tag: Tag) -> bytes:
        from dulwich.objects import Commit
        from dulwich.objects import Tag as GitTag

        target = self.known[tag.hash]
        if not tag.message:
            return target
        commit = self.git[target]
        assert isinstance(commit, Commit)
        made = GitTag()
        made.name = tag.name.encode()
        made.object = (Commit, target)
        made.tagger = b"pggit <>"
        made.tag_time = commit.commit_time
        made.tag_timezone = 0
        made.message = f"{clean_message(tag.message)}\n".encode()
        return self._add(made)

    def _add_state(self, hash_: str) -> bytes:
        """Write the files of a commit's state; returns the tree."""
        from dulwich.objects import Blob

        state = self.repository.load(hash_, like=self._last)
        self._last = state
        made, secrets = files(state, major=self.repository.major, owners=self.owners)
        self.secrets |= dict.fromkeys(secrets)
        root: dict[str, Any] = {}
        for file in (*made, order_file(one.path for one in made)):
            *folders, name = file.path.split("/")
            at = root
            for folder in folders:
                at = at.setdefault(folder, {})
            at[name] = self._add(Blob.from_string(file.text.encode()))
        return self._add_folder(root)

    def _add_folder(self, folder: Mapping[str, Any]) -> bytes:
        from dulwich.objects import Tree

        tree = Tree()
        for name, found in folder.items():
            if isinstance(found, dict):
                tree.add(name.encode(), _FOLDER, self._add_folder(found))
            else:
                tree.add(name.encode(), _FILE, found)
        return self._add(tree)

    def _add(self, made: Any) -> bytes:
        if made.id not in self._written:
            if made.id not in self.git.object_store:
                self.git.object_store.add_object(made)
            self._written.add(made.id)
        found: bytes = made.id
        return found


def _person(author: str) -> bytes:
    """An author as git writes one: ``Ann <ann@example.org>``, or ``ann <>``."""
    cleaned = clean_author(author)
    return (cleaned if cleaned.endswith(">") else f"{cleaned} <>").encode()
