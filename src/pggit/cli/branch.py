"""`pggit branch`, `show-branch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, RECORD, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pggit.core.results import Standing
    from pggit.repo.repository import Repository
    from pggit.repo.upstream import Upstream


@command(
    RECORD,
    "pggit branch  # all branches",
    "pggit branch -v  # how far each is from the current one",
    "pggit branch loyalty",
    "pggit branch hotfix v1.0",
    "pggit branch -m loyalty points  # rename it",
    "pggit branch -d points  # where the current branch has all of it; -D: anyhow",
    "pggit branch --merged  # what can be deleted",
)
def branch(
    run: Run,
    name: Annotated[str | None, Argument("[NAME", help="The branch.")] = None,
    start: Annotated[
        str | None, Argument("[START]]", help="The commit that it begins at; HEAD. With -m the new name.")
    ] = None,
    delete: Annotated[bool, Option("-d", "--delete", help="Delete a branch that the current one has all of.")] = False,
    delete_anyhow: Annotated[bool, Option("-D", help="Delete a branch.")] = False,
    rename: Annotated[bool, Option("-m", "--move", help="Rename a branch; with one name the current one.")] = False,
    rename_anyhow: Annotated[bool, Option("-M", help="Rename, in the place of another.")] = False,
    merged: Annotated[bool, Option("--merged", help="List those that START, or HEAD, has all of.")] = False,
    no_merged: Annotated[bool, Option("--no-merged", help="List those that it has not.")] = False,
    verbose: Annotated[bool, Option("-v", "--verbose", help="List who, and how far from HEAD.")] = False,
) -> None:
    """List branches, make one, rename or delete one."""
    wanted = [delete, delete_anyhow, rename, rename_anyhow, merged, no_merged, verbose]
    if sum(wanted) - (verbose and (merged or no_merged)) > 1:
        raise UsageError("of -d, -D, -m, -M, --merged, --no-merged and -v only one goes")
    with run.repository() as repository:
        if merged or no_merged:
            base = _only_one(name, start, "--merged") or "HEAD"
            found = [one for one in repository.standing(base) if one.merged == merged]
            _list(run, repository, found, base, far=verbose)
        elif verbose or (name is None and not any(wanted)):
            if name is not None:
                raise UsageError(
                    "-v lists branches and takes no name", hint="pggit show-branch BASE compares with another."
                )
            _list(run, repository, repository.standing() if verbose else None, "HEAD", far=verbose)
        elif delete or delete_anyhow:
            _delete(run, repository, _needed(_only_one(name, start, "-d"), "-d"), anyhow=delete_anyhow)
        elif rename or rename_anyhow:
            _rename(run, repository, _needed(name, "-m"), start, anyhow=rename_anyhow)
        else:
            made = repository.create_branch(_needed(name, "it"), start or "HEAD")
            told(run, {"branch": name, "action": "create", "hash": made}, f"Branch {name} is at {made[:10]}.")


def _delete(run: Run, repository: Repository, name: str, *, anyhow: bool) -> None:
    repository.delete_branch(name, merged_into=None if anyhow else "HEAD")
    told(run, {"branch": name, "action": "delete"}, f"Deleted branch {name}.")


def _rename(run: Run, repository: Repository, name: str, new: str | None, *, anyhow: bool) -> None:
    old = name if new is not None else repository.branch
    if old is None:
        raise UsageError("HEAD is on no branch", hint="pggit branch -m OLD NEW renames another.")
    new = new or name
    made = repository.rename_branch(old, new, force=anyhow)
    told(run, {"branch": new, "action": "rename", "hash": made}, f"Branch {old} is {new} now.")


@command(
    LOOK,
    "pggit show-branch  # each branch against the current one",
    "pggit show-branch main --json",
    name="show-branch",
)
def show_branch(
    run: Run,
    base: Annotated[str, Argument("[BASE]", help="A branch or commit; HEAD.")] = "HEAD",
) -> None:
    """Show how each branch stands: commits ahead and behind, who committed last, when, what."""
    with run.repository() as repository:
        _list(run, repository, repository.standing(base), base, far=True)


def _list(run: Run, repository: Repository, found: Sequence[Standing] | None, base: str, *, far: bool) -> None:
    """List branches; ``far``: with how far they are from ``base``, and from a remote's. None: all of them."""
    from pggit.cli.commits import day, first_line
    from pggit.repo.upstream import upstreams

    elsewhere = upstreams(repository) if far else {}
    branches = repository.branches() if found is None else [one.branch for one in found]
    if run.json:
        if far:
            assert found is not None
            run.out.json({"base": base, "standings": [_document(one, elsewhere) for one in found]})
            return
        run.out.json({"branches": branches})
        return
    columns = {
        "": ["*" if b.current else "" for b in branches],
        "BRANCH": [b.name for b in branches],
        "COMMIT": [(b.hash or "")[:10] for b in branches],
    }
    if far:
        assert found is not None
        columns |= {
            "AHEAD": [str(one.ahead or "") for one in found],
            "BEHIND": [str(one.behind or "") for one in found],
            "WHO": [b.author or "" for b in branches],
        }
    if elsewhere:
        columns["UPSTREAM"] = [_upstream(elsewhere.get(b.name)) for b in branches]
    columns |= {
        "WHEN": [day(b.time) if b.time else "" for b in branches],
        "MESSAGE": [first_line(b.message) for b in branches],
    }
    run.out.table(list(columns), list(zip(*columns.values(), strict=True)), styles=["green", "green", "yellow"])


def _upstream(found: Upstream | None) -> str:
    """As git writes it: ``origin/main: ahead 2, behind 1``."""
    if found is None:
        return ""
    apart = ", ".join(f"{name} {n}" for name, n in (("ahead", found.ahead), ("behind", found.behind)) if n)
    return f"{found.name}: {apart}" if apart else found.name


def _document(one: Standing, elsewhere: Mapping[str, Upstream]) -> dict[str, object]:
    return {
        "branch": one.branch,
        "ahead": one.ahead,
        "behind": one.behind,
        "merged": one.merged,
        "upstream": elsewhere.get(one.branch.name),
    }


def _needed(name: str | None, option: str) -> str:
    if name is None:
        raise UsageError(f"{option} needs a name")
    return name


def _only_one(name: str | None, second: str | None, option: str) -> str | None:
    if second is not None:
        raise UsageError(f"{option} takes one name, and {second} is another")
    return name


def told(run: Run, fields: dict[str, object], text: str) -> None:
    """Print what was done: a document for programs, or a line."""
    if run.json:
        run.out.json(fields)
        return
    run.out.line(text)
