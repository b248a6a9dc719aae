"""`pggit import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pggit.cli.command import START, Option, command
from pggit.cli.run import Run
from pggit.core.errors import NotFound, UsageError


@command(
    START,
    "pggit import --migrations migrations/",
    "pggit import --migrations db/migrate --branch before",
    name="import",
)
def import_(
    run: Run,
    migrations: Annotated[
        str | None, Option("--migrations", metavar="DIR", help="Plain SQL files, or those of a migration tool.")
    ] = None,
    branch: Annotated[str | None, Option("--branch", metavar="NAME", help="The branch that takes them.")] = None,
) -> None:
    """Replay a directory of migrations in a scratch database: one commit each, so that their history is seen.

    Understood are plain files, Flyway, dbmate, golang-migrate, goose, Diesel, Alembic's --sql and Django's sqlmigrate
    output. The live schema is not touched.
    """
    if migrations is None:
        raise UsageError("nothing to import", hint="pggit import --migrations DIR")
    directory = Path(migrations)
    if not directory.is_dir():
        raise NotFound(f"there is no directory {migrations}")
    with run.repository() as repository, run.counting("Replaying") as progress:
        done = repository.import_migrations(directory, branch=branch, progress=progress)
    if run.json:
        run.out.json(done)
        return
    run.out.line(f"{done.commits} commits on branch {done.branch}, the last is {done.tip[:10]}.")
    if not done.matches:
        run.out.line(f"The live schema is not what they end with: pggit diff {done.branch} work shows what differs.")
