"""A git repository as it is read: its branches and tags, its commits, the files of SQL that each of them has."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pggit.core.errors import NotFound, Refused
from pggit.work.gitrepository import open_git

if TYPE_CHECKING:
    from dulwich.objects import Commit

_EXPORTED = re.compile(r"\n*^Pggit-Commit: ([0-9a-f]{64})\s*\Z", re.MULTILINE)
_NAMES = (".sql", ".psql")
_LAST = 253402300799
"""The last second of the year 9999: a later one is no time for Python."""


@dataclass(frozen=True, slots=True)
class GitCommit:
    """A commit of git.

    Attributes:
        id: its hash.
        tree: that of its tree.
        parents: those of its parents; none where a shallow clone ends.
        author: ``Ann <ann@example.org>``, or ``ann`` where there is no address.
        time: when it was made, as the author's clock said.
        message: without the line that an export adds.
        exported: the hash that such a line says, where the commit is as an export writes one, and nobody amended it.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    time: datetime
    message: str
    exported: str | None

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.strip().partition("\n")[0]


@dataclass(frozen=True, slots=True)
class GitTag:
    """A tag of git: its name, the commit that it stands at, its message and who made it, where it has one."""

    name: str
    commit: str
    message: str | None
    tagger: str | None


class Source:
    """An open git repository.

    Args:
        directory: a bare repository, or one with files checked out.
        folder: where in it the files of SQL are, with slashes; empty: anywhere.
        safe: setting ``safe_directory``.

    Raises:
        UsageError: the library for git is not installed.
        NotFound: there is no such directory.
        Foreign: it belongs to somebody else.
        Refused: it is not a git repository.
    """

    def __init__(self, directory: Path, folder: str = "", safe: str | None = None) -> None:
        if not directory.is_dir():
            raise NotFound(f"there is no directory {directory}", hint="git clone --mirror URL DIR makes one.")
        self._git = open_git(directory, safe)
        self._folder = [part for part in folder.split("/") if part not in ("", ".")]
        self._keys: dict[str, str] = {}
        self._listed: dict[bytes, tuple[tuple[str, bytes], ...]] = {}

    def close(self) -> None:
        """Close the files of the repository."""
        self._git.close()

    @property
    def current(self) -> str | None:
        """The branch that git has checked out, or None where its HEAD is detached."""
        ref = self._git.refs.get_symrefs().get(b"HEAD")
        return _text(ref[11:]) if ref and ref.startswith(b"refs/heads/") else None

    def branches(self) -> dict[str, str]:
        """Return the hashes of the branches by name."""
        return {name: commit for name, commit, _ in self._refs(b"refs/heads/")}

    def tags(self) -> list[GitTag]:
        """Return the tags of commits."""
        found = []
        for name, commit, tag in self._refs(b"refs/tags/"):
            message = _text(tag.message or b"").strip() if tag else None
            found.append(GitTag(name, commit, message or None, _person(tag.tagger) if tag and tag.tagger else None))
        return found

    def history(self, tips: Iterable[str]) -> list[GitCommit]:
        """Return the commits that some come from, themselves among them; parents before children.

        A line of commits is not left for another one before it ends, as far as that can be.
        """
        found: list[GitCommit] = []
        seen: set[str] = set()
        pending = [(tip, False) for tip in reversed(list(tips))]
        read: dict[str, GitCommit] = {}
        while pending:
            id_, after_parents = pending.pop()
            if after_parents:
                found.append(read.pop(id_))
            elif id_ not in seen:
                seen.add(id_)
                read[id_] = self.commit(id_)
                pending.append((id_, True))
                pending += [(parent, False) for parent in reversed(read[id_].parents)]
        return found

    def files(self, commit: GitCommit) -> dict[str, str]:
        """Return the hashes of a commit's files of SQL by their paths in the folder; links and submodules are none."""
        folder = self._tree(commit)
        return {path: blob.decode() for path, blob in self._list(folder)} if folder else {}

    def key(self, commit: GitCommit) -> str:
        """Return what is the same for commits with the same files of SQL."""
        folder = self._tree(commit)
        if folder is None:
            return ""
        name = folder.decode()
        if name not in self._keys:
            listed = "".join(f"{path}\0{blob.decode()}\n" for path, blob in self._list(folder))
            digest = hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()
            self._keys[name] = digest if listed else ""
        return self._keys[name]

    def content(self, blob: str) -> bytes:
        """Return what a file holds."""
        found: bytes = self._object(blob.encode(), "blob").data
        return found

    def _refs(self, start: bytes) -> Iterator[tuple[str, str, Any]]:
        """Yield (name, commit, the tag with a message or None) of the refs that are at commits."""
        from dulwich.objects import Commit, Tag

        for ref in sorted(self._git.refs.allkeys()):
            if not ref.startswith(start):
                continue
            at = self._object(self._git.refs[ref])
            tag = at if isinstance(at, Tag) else None
            while isinstance(at, Tag):
                at = self._object(at.object[1])
            if isinstance(at, Commit):
                yield _text(ref[len(start) :]), at.id.decode(), tag

    def _object(self, id_: bytes, kind: str | None = None) -> Any:
        """Return an object.

        Args:
            id_: its hash.
            kind: blob, tree or commit; None: any.
        """
        try:
            found = self._git.object_store[id_]
        except KeyError:
            raise Refused(
                f"the git repository has no object {id_.decode()[:10]}", hint="git fsck tells what is missing."
            ) from None
        if kind is not None and found.type_name.decode() != kind:
            raise Refused(
                f"object {id_.decode()[:10]} of the git repository is not a {kind}",
                hint="git fsck tells what is wrong.",
            )
        return found

    def commit(self, id_: str) -> GitCommit:
        """Return a commit by its hash."""
        made: Commit = self._object(id_.encode(), "commit")
        message = _text(made.message or b"", made.encoding)
        exported = _EXPORTED.search(message)
        as_written = made.author == made.committer and made.author_time == made.commit_time
        return GitCommit(
            id_,
            made.tree.decode(),
            tuple(dict.fromkeys(parent.decode() for parent in self._git.get_parents(id_.encode(), made))),
            _person(made.author, made.encoding),
            datetime.fromtimestamp(min(max(made.author_time or 0, 0), _LAST), UTC),
            message[: exported.start()] if exported else message,
            exported[1] if exported and as_written else None,
        )

    def _tree(self, commit: GitCommit) -> bytes | None:
        """The tree of the folder in a commit, or None where there is none."""
        at = commit.tree.encode()
        for part in self._folder:
            found = [
                one.sha for one in self._object(at, "tree").items() if one.path == os.fsencode(part) and _is_folder(one)
            ]
            if not found:
                return None
            at = found[0]
        return at

    def _list(self, tree: bytes) -> tuple[tuple[str, bytes], ...]:
        """The files of SQL of a tree: (path, hash)."""
        if tree not in self._listed:
            found: list[tuple[str, bytes]] = []
            for one in self._object(tree, "tree").items():
                name = os.fsdecode(one.path)
                if name.startswith("."):  # as of a directory, see db/sqlfiles.py
                    continue
                if "/" in name:
                    raise Refused(f"git tree {tree.decode()[:10]} has a file whose name is a path")
                if _is_folder(one):
                    found += [(f"{name}/{path}", blob) for path, blob in self._list(one.sha)]
                elif stat.S_ISREG(one.mode) and name.endswith(_NAMES):
                    found.append((name, one.sha))
            self._listed[tree] = tuple(found)
        return self._listed[tree]


def _is_folder(entry: Any) -> bool:
    return stat.S_ISDIR(entry.mode)


def _text(written: bytes, encoding: bytes | None = None) -> str:
    """Decode what git wrote: as it says, as UTF-8, or byte by byte. PostgreSQL's text has no zero byte."""
    for name in (encoding.decode("ascii", "replace") if encoding else "utf-8", "utf-8"):
        try:
            return written.decode(name).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            continue
    return written.decode("latin-1").replace("\0", "")


def _person(written: bytes, encoding: bytes | None = None) -> str:
    """An author; one without an address is the name alone."""
    text = " ".join(_text(written, encoding).split())
    name, _, address = text.partition(" <")
    return text if address.strip("> ") and name else name.strip("<> ") or "unknown"
