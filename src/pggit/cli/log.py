"""`pggit log`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pggit.core.results import Commit
    from pggit.repo.repository import Repository
    from pggit.repo.signing.verify import Signature


@command(
    LOOK,
    "pggit log",
    "pggit log --graph --all --oneline",
    "pggit log public.orders  # commits that changed it, or anything of it",
    "pggit log v1.0 -n 5",
    "pggit log main..feature  # what feature has and main has not",
    "pggit log --show-signature",
    "pggit log -- main  # an object named main, not the branch",
    after_dashes=True,
)
def log(
    run: Run,
    names: Annotated[
        tuple[str, ...], Argument("[START] [--] [OBJECT]", help="Where to begin; what must have changed.")
    ] = (),
    graph: Annotated[bool, Option("--graph", help="Draw branches and merges.")] = False,
    all_: Annotated[bool, Option("--all", help="Begin at every branch and tag.")] = False,
    one: Annotated[bool, Option("--oneline", help="One line a commit.")] = False,
    show_signature: Annotated[bool, Option("--show-signature", help="Check signatures, too.")] = False,
    limit: Annotated[int | None, Option("-n", "--max-count", min=0, help="At most so many.")] = None,
) -> None:
    """Show commits, newest first."""
    with run.repository() as repository:
        start, object = start_and_object(repository, list(names), run.objects)
        found = repository.log(start, object, all=all_, limit=limit)
        signatures = _signatures(run, repository, found) if show_signature else {}
        if run.json:
            run.out.json({"commits": found} | ({"signatures": signatures} if show_signature else {}))
            return
        current = repository.branch
    run.out.lines(_lines(run, found, signatures, current, graph, one))


def start_and_object(repository: Repository, written: list[str], after: Sequence[str]) -> tuple[str, str | None]:
    """Tell a start from an object: what could be a commit is one; after ``--`` there are only objects."""
    if len(written) + len(after) > 2 or len(after) > 1:
        raise UsageError("more than one object", hint="pggit log [START] [--] [OBJECT]")
    object = after[0] if after else None
    if not written:
        return "HEAD", object
    if len(written) == 2:
        return written[0], written[1]
    if object is not None or repository.is_commit(written[0]):
        return written[0], object
    return "HEAD", object_or_nothing(repository, written[0])


def object_or_nothing(repository: Repository, name: str) -> str:
    """Return the name of an object that was written where a commit could stand.

    Raises:
        NotFound: it is neither.
    """
    try:
        repository.require_object(name)
    except NotFound:
        raise NotFound(
            f"neither a commit nor an object is called {name}",
            hint="pggit branch and pggit log show the commits; objects are written as in public.users.email.",
        ) from None
    return name


def _signatures(run: Run, repository: Repository, found: Sequence[Commit]) -> Mapping[str, Sequence[Signature]]:
    from pggit.repo.signing import read_allowed_signers
    from pggit.repo.signing.chain import read_links
    from pggit.repo.signing.verify import signed_commits

    allowed = read_allowed_signers(run.settings.allowed_signers)
    links = read_links(repository, [commit.hash for commit in found])
    return signed_commits(repository, list(links.values()), allowed)


def _lines(
    run: Run,
    found: Sequence[Commit],
    signatures: Mapping[str, Sequence[Signature]],
    current: str | None,
    graph: bool,
    one: bool,
) -> Iterator[str]:
    from pggit.cli.commits import commit_lines, graph_lines, oneline, signature_line

    rows = [[oneline(run.out, c, current)] if one else list(commit_lines(run.out, c, current)) for c in found]
    for commit, row in zip(found, rows, strict=True):
        row[1:1] = [signature_line(run.out, signature) for signature in signatures.get(commit.hash, ())]
    if graph:
        yield from graph_lines(run.out, found, rows)
        return
    for row in rows:
        yield from row
