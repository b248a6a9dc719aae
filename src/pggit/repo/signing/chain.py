"""The chain of hashes of a history, computed anew: from each definition to its commit, and from commit to commit.

Commits are hashed here, trees and definitions by the server, in one statement that is sent along (`chain.sql`): no
function of the engine has a part in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.core.canonical import canonical, digest
from pggit.core.results import Finding
from pggit.db.resources import blocks

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Link:
    """A commit as it is stored.

    Attributes:
        hash: what it is stored under.
        tree: hash of its tree.
        parents: hashes of its parents.
        author, message: what it says.
        time: in UTC, as it is hashed.
        generation: 1 + the greatest of its parents'.
    """

    hash: str
    tree: str
    parents: tuple[str, ...]
    author: str
    time: str
    message: str
    generation: int

    @property
    def computed(self) -> str:
        """The hash of what it says (`pggit.commit_hash`)."""
        said = {
            "tree": self.tree,
            "parents": self.parents,
            "author": self.author,
            "time": self.time,
            "message": self.message,
        }
        return digest(canonical(said))


@dataclass(frozen=True, slots=True)
class Content:
    """What was hashed below some commits: how many trees and definitions, and what is wrong with them."""

    trees: int
    definitions: int
    findings: tuple[Finding, ...]


def read_links(repository: Repository, hashes: Sequence[str] | None = None) -> dict[str, Link]:
    """Return commits of the store by hash: those of some hashes, or all."""
    chosen = None if hashes is None else [bytes.fromhex(hash_) for hash_ in hashes]
    rows = repository._rows(_sql("commits"), chosen, chosen)
    return {hash_: Link(hash_, tree, tuple(parents), *said) for hash_, tree, parents, *said in rows}


def reached(links: Mapping[str, Link], starts: Iterable[str]) -> set[str]:
    """Return the hashes of what some commits come from, themselves among them, also of what is not in the store."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        hash_ = waiting.pop()
        if hash_ not in found:
            found.add(hash_)
            link = links.get(hash_)
            waiting += link.parents if link else ()
    return found


def comes_from(links: Mapping[str, Link], newer: str, older: str) -> bool:
    """Whether a commit is another one, or comes from it. It looks no further back than generations tell."""
    end = links.get(older)
    if newer == older or end is None:
        return newer == older
    seen: set[str] = set()
    waiting = [newer]
    while waiting:
        hash_ = waiting.pop()
        if hash_ == older:
            return True
        link = links.get(hash_)
        if hash_ not in seen and link is not None and link.generation > end.generation:
            waiting += link.parents
        seen.add(hash_)
    return False


def broken_links(links: Mapping[str, Link], wanted: Collection[str]) -> list[Finding]:
    """Return what is wrong with commits themselves: hash, parents, generation.

    Args:
        links: all commits.
        wanted: which.
    """
    found: list[Finding] = []
    named = {parent for hash_ in wanted if (link := links.get(hash_)) for parent in link.parents}
    for hash_ in sorted(wanted):
        link = links.get(hash_)
        if link is not None:
            found += _broken_link(links, link)
        elif hash_ not in named:
            found.append(Finding("missing commit", hash_, "it is not in the store"))
    return found


def _broken_link(links: Mapping[str, Link], link: Link) -> Iterator[Finding]:
    if link.computed != link.hash:
        yield Finding("damaged commit", link.hash, "what it says does not have this hash")
    parents = {parent: links.get(parent) for parent in link.parents}
    for parent, there in parents.items():
        if there is None:
            yield Finding("missing parent", link.hash, f"its parent {parent[:10]} is not in the store")
    generations = [parent.generation for parent in parents.values() if parent]
    if len(generations) == len(parents) and link.generation != 1 + max(generations, default=0):
        yield Finding("damaged commit", link.hash, "its generation is not that after its parents'")


def content(repository: Repository, links: Sequence[Link]) -> Content:
    """Hash all that commits hold: their trees, and the definitions in them."""
    roots = list(dict.fromkeys(bytes.fromhex(link.tree) for link in links))
    first, *rows = repository._rows(_sql("content"), roots)
    findings = [Finding(problem, name or hash_, f"{hash_[:10]}: {what}") for problem, hash_, what, name, *_ in rows]
    return Content(first[4], first[5], tuple(findings))


def _sql(name: str) -> str:
    return blocks("pggit.repo.signing", "chain.sql")[name]
