"""Which commit a name means, told by the engine and looked at again without it.

The engine knows all that a name can be. What is verified must not hang on its word alone: whoever can rewrite the store
can replace its functions. So the refs and the commits, which are read without it, must lead to the same commit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pggit.core.errors import NotFound, Refused
from pggit.db.resources import blocks
from pggit.repo.signing.chain import Link

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

_SPELLED = re.compile(r"(?P<base>.*?)(?P<steps>(?:[~^]\d*)*)", re.DOTALL)
_STEP = re.compile(r"([~^])(\d*)")
_PREFIX = re.compile(r"[0-9a-f]{4,64}")


def named(repository: Repository, name: str, links: Mapping[str, Link]) -> str:
    """Return the full hash of the commit that a name means.

    Args:
        repository: where.
        name: a revision, as gitrevisions(7) spells it.
        links: all commits of the store.

    Raises:
        NotFound: there is no such commit.
        Refused: by the refs and commits of the store the name means another one.
    """
    (found,) = repository._one("select encode(pggit.resolve(%s), 'hex')", name)
    if found is None:
        raise NotFound("there is no commit yet")
    if str(found) not in _meant(repository, name, links):
        raise Refused(
            f"the engine says that {name} is {found[:10]}, which is not what the refs of the store lead to",
            hint="The engine, or the store, has been altered: pggit fsck shows what. A full hash can be verified.",
        )
    return str(found)


def _meant(repository: Repository, name: str, links: Mapping[str, Link]) -> set[str]:
    """Return the commits that a name can mean: several if it is ambiguous."""
    spelled = _SPELLED.fullmatch(name)
    assert spelled is not None  # it matches any text
    base, at, _ = spelled["base"].partition("@{")
    base = base if base not in ("", "@") else "HEAD"
    query = blocks("pggit.repo.signing", "chain.sql")["moved" if at else "refs"]
    found = {hash_ for (hash_,) in repository._rows(query, base)}
    if not at and _PREFIX.fullmatch(base.lower()):
        found |= {hash_ for hash_ in links if hash_.startswith(base.lower())}
    for sign, count in _STEP.findall(spelled["steps"]):
        found = {to for hash_ in found if (to := _stepped(hash_, sign, int(count or 1), links)) is not None}
    return found


def _stepped(hash_: str, sign: str, count: int, links: Mapping[str, Link]) -> str | None:
    """Return the count-th parent (``^``), or the commit that many first parents back (``~``)."""
    if sign == "^":
        parents = links[hash_].parents if hash_ in links else ()
        return hash_ if count == 0 else (parents[count - 1] if count <= len(parents) else None)
    for _ in range(count):
        link = links.get(hash_)
        if link is None or not link.parents:
            return None
        hash_ = link.parents[0]
    return hash_
