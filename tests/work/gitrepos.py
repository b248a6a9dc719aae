"""Git repositories that tests make, with the library and without a git program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class GitRepo:
    """A git repository, bare unless said otherwise; files of a commit are given whole."""

    def __init__(self, path: Path, *, bare: bool = True) -> None:
        from dulwich.repo import Repo

        path.mkdir(parents=True)
        self.path = path
        self.git = Repo.init_bare(str(path)) if bare else Repo.init(str(path))
        self.git.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")
        self.moment = 1_600_000_000

    def commit(
        self,
        files: Mapping[str, Any],
        message: str | bytes = "A change",
        *,
        parents: Sequence[str] | None = None,
        branch: str = "main",
        author: bytes = b"Ann <ann@example.org>",
        encoding: bytes | None = None,
    ) -> str:
        """Make a commit of these files by path: text, bytes, or (mode, hash of something else); returns its hash."""
        from dulwich.objects import Commit

        ref = b"refs/heads/" + branch.encode()
        if parents is None:
            parents = [self.git.refs[ref].decode()] if ref in self.git.refs else []
        made = Commit()
        made.tree = self._folder(files)
        made.parents = [parent.encode() for parent in parents]
        made.author = author
        made.committer = b"git <git@example.org>"
        self.moment += 60
        made.author_time = self.moment
        made.commit_time = self.moment + 5
        made.author_timezone = made.commit_timezone = 7200
        if encoding:
            made.encoding = encoding
        made.message = message.encode() if isinstance(message, str) else message
        self.git.object_store.add_object(made)
        self.git.refs[ref] = made.id
        return str(made.id.decode())

    def tag(self, name: str, commit: str, message: str | None = None) -> None:
        """Make a tag, with a message or without."""
        from dulwich.objects import Commit, Tag

        target = commit.encode()
        if message is not None:
            made = Tag()
            made.name = name.encode()
            made.object = (Commit, target)
            made.tagger = b"Tom <tom@example.org>"
            made.tag_time = self.moment
            made.tag_timezone = 0
            made.message = message.encode()
            self.git.object_store.add_object(made)
            target = made.id
        self.git.refs[b"refs/tags/" + name.encode()] = target

    def _folder(self, files: Mapping[str, Any]) -> bytes:
        from dulwich.objects import Blob, Tree

        tree = Tree()
        below: dict[str, dict[str, Any]] = {}
        for path, content in files.items():
            first, _, rest = path.partition("/")
            if rest:
                below.setdefault(first, {})[rest] = content
                continue
            name = first.encode("utf-8", "surrogateescape")
            if isinstance(content, tuple):
                tree.add(name, *content)
                continue
            blob = Blob.from_string(content.encode() if isinstance(content, str) else content)
            self.git.object_store.add_object(blob)
            tree.add(name, 0o100644, blob.id)
        for name_, inner in below.items():
            tree.add(name_.encode(), 0o040000, self._folder(inner))
        self.git.object_store.add_object(tree)
        return bytes(tree.id)
