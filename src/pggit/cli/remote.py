"""Other databases to push to and fetch from."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.command import RECORD, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.stream import say


@command(RECORD, "pggit remote add staging postgresql://me@staging/shop", name="remote add")
def add(
    run: Run,
    name: Annotated[str, Argument("NAME", help="What it is to be called here.")],
    url: Annotated[str, Argument("URL", help="Where it is. A password is not kept: ~/.pgpass has a place for it.")],
) -> None:
    """Write into the repository where another one is. Those of .pggit.toml ([remotes.NAME]) need not be added."""
    from pggit.work.remotes import add_remote

    with run.repository() as repository:
        repository.require_installed()
        had_password = add_remote(run.settings, repository, name, url)
    if had_password:
        say(
            "The password is not kept: ~/.pgpass has a place for it, or .pggit.toml with password_env.",
        )
    run.out.json({"remote": name, "action": "add"}) if run.json else run.out.line(f"Added {name}.")


@command(RECORD, "pggit remote", "pggit remote -v  # where they are, too", name="remote")
def remote(
    run: Run,
    verbose: Annotated[bool, Option("-v", "--verbose", help="As remote list: where each is, and who says so.")] = False,
) -> None:
    """List the names of the remotes."""
    _list(run, far=verbose)


@command(RECORD, "pggit remote list", name="remote list")
def list_remotes(run: Run) -> None:
    """Show the remotes: those of .pggit.toml, those that were added, and the worktrees with their origin."""
    _list(run, far=True)


def _list(run: Run, *, far: bool) -> None:
    from pggit.work.remotes import remotes

    with run.repository() as repository:
        repository.require_installed()
        found = remotes(run.settings, repository)
    if run.json:
        run.out.json({"remotes": found})
    elif not far:
        run.out.lines(remote.name for remote in found)
    else:
        run.out.table(["REMOTE", "URL", "FROM"], [(r.name, r.url, r.source) for r in found], styles=["green"])


@command(RECORD, "pggit remote remove staging", name="remote remove")
def remove(run: Run, name: Annotated[str, Argument("NAME", help="One that was added.")]) -> None:
    """Forget a remote that was added, and where its branches were."""
    from pggit.work.remotes import remove_remote

    with run.repository() as repository:
        repository.require_installed()
        remove_remote(repository, name)
    run.out.json({"remote": name, "action": "remove"}) if run.json else run.out.line(f"Removed {name}.")
