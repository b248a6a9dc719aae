"""`pggit init`, `upgrade`, `uninstall`, `grant`, `revoke`."""

from __future__ import annotations

from typing import Annotated

from pggit.cli.command import START, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

_Cascade = Annotated[
    bool, Option("--cascade", help="Drop what was made on top of schema pggit: views, functions, columns of its types.")
]


@command(
    START,
    "pggit init  # install, and commit the schema as it is",
    "pggit --db postgresql://me@host/shop init",
    "pggit init --print > install.sql  # only show the SQL",
    "pggit init --dry-run  # install, and roll back",
    "pggit --db postgresql://me@host/mine init --from postgresql://me@host/shop  # as git clone",
)
def init(
    run: Run,
    print_: Annotated[bool, Option("--print", help="Print the SQL, change nothing.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Do it in a transaction that is rolled back.")] = False,
    from_: Annotated[
        str | None, Option("--from", metavar="URL", help="Take history and schema over from another repository.")
    ] = None,
    yes: Annotated[
        bool, Option("--yes", "-y", help="With --from: do not ask if the schema runs code of theirs.")
    ] = False,
) -> None:
    """Install pgGit into the database and take the first commit.

    One transaction; no object of yours is changed. Can be run again. `pggit uninstall` removes it all.
    """
    if sum([print_, dry_run, from_ is not None]) > 1:
        raise UsageError("--print, --dry-run and --from do not go together")
    if from_ is not None:
        _take_over(run, from_, yes)
        return
    with run.repository() as repository:
        if print_:
            sql = repository.install_sql()
            run.out.json({"sql": sql}) if run.json else run.out.document(sql.rstrip() + "\n")
            return
        with run.working("Reading the schema …"):
            done = repository.init(dry_run=dry_run)
        name = repository.database
    if run.json:
        run.out.json({"database": name, "dry_run": dry_run, **_fields(done)})
        return
    run.out.lines(_told(name, done, dry_run))


def _take_over(run: Run, url: str, yes: bool) -> None:
    from pggit.cli.changing import changing
    from pggit.db.connect import connect
    from pggit.db.untrusted import answering
    from pggit.repo.repository import Repository
    from pggit.work.pull import take_over
    from pggit.work.remotes import ORIGIN, without_password

    again = "pggit init --from URL"
    with (
        run.repository() as repository,
        Repository(connect(url)) as there,
        answering(there.connection, ORIGIN),
        run.counting("Fetching") as progress,
        changing(run, again, dry_run=False, yes=yes, allow=(), of_others=True) as how,
    ):
        came, done = take_over(repository, there, ORIGIN, without_password(url), how=how, progress=progress)
        name, branch = repository.database, repository.branch
    if run.json:
        run.out.json({"database": name, "branch": branch, "head": done.commit, "sent": came.sent})
        return
    commits = came.sent.commits
    run.out.line(f"Database {name} is on branch {branch}, at {(done.commit or '')[:10]}: {commits} commits came.")


def _fields(done: object) -> dict[str, object]:
    return {name: getattr(done, name) for name in ("action", "version", "tracked_by", "head")}


def _told(name: str, done: object, dry_run: bool) -> list[str]:
    found = _fields(done)
    if found["action"] == "none":
        return [f"Database {name} is tracked already, nothing to do."]
    if dry_run:
        lines = [f"Would install schema pggit in database {name} and commit its schema. Nothing was changed."]
    else:
        lines = [f"Tracking database {name}; its schema is commit {str(found['head'])[:10]} on branch main."]
    if found["tracked_by"] == "snapshots":
        lines.append("This role may not create event triggers: changes are found by comparing snapshots,")
        lines.append("so status and commit read the whole catalog, and history does not know who made a change.")
    return lines


@command(START, "pggit upgrade  # after a newer pgGit was installed")
def upgrade(run: Run, cascade: _Cascade = False) -> None:
    """Bring what is installed in the database to this version of pgGit. Commits, branches and history stay."""
    with run.repository() as repository, run.working("Upgrading …"):
        done = repository.upgrade(cascade=cascade)
    if run.json:
        run.out.json(_fields(done) | {"set_aside": done.set_aside})
        return
    run.out.line(f"The engine is of version {done.version} now.")
    run.out.lines(f"Set aside: {one}." for one in done.set_aside)
    if done.set_aside:
        run.out.line("Table pggit.set_aside keeps it.")


@command(START, "pggit uninstall  # asks", "pggit uninstall --yes  # does not ask")
def uninstall(
    run: Run, yes: Annotated[bool, Option("--yes", "-y", help="Do not ask.")] = False, cascade: _Cascade = False
) -> None:
    """Remove pgGit from the database: schema pggit with all commits and history, and the event triggers."""
    from pggit.cli.apply import confirm

    with run.repository() as repository:
        repository.require_installed()
        if not yes:
            confirm(
                f"Remove pgGit with all commits and history from database {repository.database}?",
                "pggit uninstall --yes",
            )
        kept = repository.uninstall(cascade=cascade)
        name = repository.database
    if run.json:
        run.out.json({"database": name, "action": "uninstall", "kept": kept})
        return
    run.out.line(f"pgGit is removed from database {name}. Nothing else was changed.")
    if kept:
        run.out.line("Schema pggit_stash, with data of objects that were dropped, stays: drop it if nobody needs it.")


@command(START, "pggit grant reader analyst  # status, log, diff, blame", "pggit grant admin release")
def grant(
    run: Run,
    level: Annotated[str, Argument("LEVEL", help="reader, auditor, writer or admin.")],
    role: Annotated[str, Argument("ROLE", help="A role of the database.")],
) -> None:
    """Give a role rights on the repository.

    reader: status, log, diff, blame; auditor: history with its statements, fsck; writer: commit, branch, tag, merge,
    approve; admin: settings, what protects branches.
    """
    with run.repository() as repository:
        repository.grant(level, role)
    if run.json:
        run.out.json({"level": level, "role": role})
        return
    run.out.line(f"{role} is {level} now.")


@command(
    START, "pggit revoke analyst  # whatever it was granted", "pggit revoke public  # what was granted by hand to all"
)
def revoke(
    run: Run, role: Annotated[str, Argument("ROLE", help="A role of the database, also one that is gone.")]
) -> None:
    """Take all rights on the repository from a role, also those that were granted by hand."""
    with run.repository() as repository:
        repository.revoke(role)
    run.out.json({"role": role, "level": None}) if run.json else run.out.line(f"{role} has no access any more.")
