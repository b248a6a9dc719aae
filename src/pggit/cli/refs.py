"""`pggit branch`, `tag`, `reflog`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, RECORD, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@command(
    RECORD,
    "pggit branch  # all branches",
    "pggit branch loyalty",
    "pggit branch hotfix v1.0",
    "pggit branch -d loyalty",
)
def branch(
    run: Run,
    name: Annotated[str | None, Argument("[NAME", help="The branch.")] = None,
    start: Annotated[str | None, Argument("[START]]", help="The commit that it begins at; HEAD.")] = None,
    delete: Annotated[bool, Option("-d", "--delete", help="Delete the branch.")] = False,
) -> None:
    """List branches, make one, or delete one."""
    with run.repository() as repository:
        if name is None:
            _no_name_to_delete(delete)
            _list_branches(run, repository)
            return
        if delete:
            _no_second(start)
            repository.delete_branch(name)
            _told(run, {"branch": name, "action": "delete"}, f"Deleted branch {name}.")
            return
        made = repository.create_branch(name, start or "HEAD")
    _told(run, {"branch": name, "action": "create", "hash": made}, f"Branch {name} is at {made[:10]}.")


def _list_branches(run: Run, repository: Repository) -> None:
    from pggit.cli.commits import day, first_line

    found = repository.branches()
    if run.json:
        run.out.json({"branches": found})
        return
    rows = [
        ("*" if b.current else "", b.name, (b.hash or "")[:10], day(b.time) if b.time else "", first_line(b.message))
        for b in found
    ]
    run.out.table(["", "BRANCH", "COMMIT", "WHEN", "MESSAGE"], rows, styles=["green", "green", "yellow"])


@command(
    RECORD,
    "pggit tag  # all tags",
    'pggit tag v1.0 -m "First release"',
    "pggit tag v0.9 HEAD~3",
    "pggit tag -d v0.9",
)
def tag(
    run: Run,
    name: Annotated[str | None, Argument("[NAME", help="The tag.")] = None,
    target: Annotated[str | None, Argument("[TARGET]]", help="The commit; HEAD.")] = None,
    message: Annotated[str | None, Option("-m", "--message", help="What it stands for.")] = None,
    delete: Annotated[bool, Option("-d", "--delete", help="Delete the tag.")] = False,
) -> None:
    """List tags, make one, or delete one."""
    with run.repository() as repository:
        if name is None:
            _no_name_to_delete(delete)
            _list_tags(run, repository)
            return
        if delete:
            _no_second(target)
            repository.delete_tag(name)
            _told(run, {"tag": name, "action": "delete"}, f"Deleted tag {name}.")
            return
        made = repository.create_tag(name, target or "HEAD", message)
    _told(run, {"tag": name, "action": "create", "hash": made}, f"Tag {name} is at {made[:10]}.")


def _list_tags(run: Run, repository: Repository) -> None:
    from pggit.cli.commits import day, first_line

    found = repository.tags()
    if run.json:
        run.out.json({"tags": found})
        return
    rows = [(t.name, t.hash[:10], day(t.time), first_line(t.message)) for t in found]
    run.out.table(["TAG", "COMMIT", "WHEN", "MESSAGE"], rows, styles=["yellow", "yellow"])


@command(LOOK, "pggit reflog  # where HEAD and its branch have been", "pggit reflog main -n 5")
def reflog(
    run: Run,
    ref: Annotated[str, Argument("[REF]", help="A branch or tag; deleted ones, too.")] = "HEAD",
    limit: Annotated[int | None, Option("-n", "--max-count", min=0, help="At most so many.")] = None,
) -> None:
    """Show where a ref has been, newest first."""
    from pggit.cli.commits import day

    with run.repository() as repository:
        found = repository.reflog(ref, limit=limit)
    if run.json:
        run.out.json({"moves": found})
        return
    rows = [
        (m.new[:10] if m.new else "-", f"{ref}@{{{n}}}", day(m.time), m.who, m.message) for n, m in enumerate(found)
    ]
    run.out.table(["COMMIT", "NAME", "WHEN", "WHO", "WHAT"], rows, styles=["yellow"])


def _no_name_to_delete(delete: bool) -> None:
    if delete:
        raise UsageError("-d needs a name")


def _no_second(second: str | None) -> None:
    if second is not None:
        raise UsageError(f"-d takes one name, and {second} is another")


def _told(run: Run, fields: dict[str, object], text: str) -> None:
    if run.json:
        run.out.json(fields)
        return
    run.out.line(text)
