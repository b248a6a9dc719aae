"""`pggit merge-base`, `rev-parse`, `describe`, `shortlog`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError

if TYPE_CHECKING:
    from pggit.core.results import Commit


@command(
    LOOK,
    "pggit merge-base main feature",
    "pggit merge-base main feature --all  # where histories crossed there are several",
    "pggit merge-base v1.0 main --is-ancestor && echo released",
    name="merge-base",
)
def merge_base(
    run: Run,
    a: Annotated[str, Argument("A", help="A commit.")],
    b: Annotated[str, Argument("B", help="Another.")],
    all_: Annotated[bool, Option("--all", help="All of the best common ancestors.")] = False,
    is_ancestor: Annotated[
        bool, Option("--is-ancestor", help="Print nothing, exit with 0 where A is one of B.")
    ] = False,
) -> int:
    """Print the best common ancestor of two commits; exit with status 1 where there is none."""
    if all_ and is_ancestor:
        raise UsageError("--all and --is-ancestor do not go together")
    with run.repository() as repository:
        found = repository.merge_base(a, b)
        answer = found if all_ else found[:1]
        if is_ancestor:
            answer = [repository.commit_info(a).hash] if found == [repository.commit_info(a).hash] else []
    if run.json:
        run.out.json({"bases": answer})
    elif not is_ancestor:
        run.out.lines(answer)
    return EXIT_OK if answer else EXIT_FOUND


@command(
    LOOK,
    "pggit rev-parse HEAD",
    "pggit rev-parse --short main~2 v1.0",
    "pggit rev-parse --abbrev-ref HEAD  # the current branch",
    name="rev-parse",
)
def rev_parse(
    run: Run,
    names: Annotated[tuple[str, ...], Argument("NAME…", help="Commits.")],
    short: Annotated[bool, Option("--short", help="The first ten digits.")] = False,
    abbrev: Annotated[
        bool, Option("--abbrev-ref", help="The name of HEAD's branch; HEAD where it is on none.")
    ] = False,
) -> None:
    """Print the hashes of commits."""
    with run.repository() as repository:
        hashes = [repository.commit_info(name).hash for name in names]
        branch = (repository.branch or "HEAD") if abbrev else None
    if run.json:
        run.out.json({"hashes": hashes})
        return
    for name, hash_ in zip(names, hashes, strict=True):
        run.out.line(_named(name, branch) if branch else hash_[:10] if short else hash_)


def _named(name: str, branch: str) -> str:
    return branch if name in ("HEAD", "@") else name.removeprefix("heads/").removeprefix("tags/")


@command(LOOK, "pggit describe", "pggit describe main~3 --json")
def describe(run: Run, commit: Annotated[str, Argument("[COMMIT]", help="The commit; HEAD.")] = "HEAD") -> None:
    """Tell a commit by the nearest tag before it: v1.0-3-g3f2a91c0de is the third commit after v1.0."""
    with run.repository() as repository:
        found = repository.describe(commit)
    if run.json:
        run.out.json({"text": found.text, "tag": found.tag, "distance": found.distance, "hash": found.hash})
        return
    run.out.line(found.text)


@command(LOOK, "pggit shortlog v1.0..HEAD  # who did what since", "pggit shortlog -s -n")
def shortlog(
    run: Run,
    start: Annotated[str, Argument("[RANGE]", help="Where to begin, or A..B; HEAD.")] = "HEAD",
    summary: Annotated[bool, Option("-s", "--summary", help="Only how many.")] = False,
    numbered: Annotated[bool, Option("-n", "--numbered", help="Who made most first; else by name.")] = False,
) -> None:
    """Show commits by author, the oldest first."""
    from pggit.cli.commits import first_line

    with run.repository() as repository:
        by_author: dict[str, list[Commit]] = {}
        for commit in reversed(repository.log(start)):
            by_author.setdefault(commit.author, []).append(commit)
    ordered = sorted(by_author.items(), key=lambda one: (-len(one[1]) if numbered else 0, one[0].casefold()))
    if run.json:
        run.out.json({"authors": [{"author": who, "commits": commits} for who, commits in ordered]})
        return
    for who, commits in ordered:
        if summary:
            run.out.line(f"{len(commits):6}  {who}")
            continue
        run.out.line(f"{who} ({len(commits)}):")
        run.out.lines(f"      {first_line(commit.message)}" for commit in commits)
        run.out.line("")
