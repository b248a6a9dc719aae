"""`pggit commit`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import RECORD, Option, command
from pggit.cli.run import Run
from pggit.cli.signer import SIGN, wanted_signer
from pggit.core.errors import NothingToCommit, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pggit.core.results import Commit, Status
    from pggit.repo.repository import Repository
    from pggit.settings import Settings

_HELP = "# Say what this commit is about. Lines that begin with # are left out; an empty message commits nothing.\n#\n"


@command(
    RECORD,
    'pggit commit -m "Add customers.loyalty"',
    "pggit commit  # write the message in an editor",
    'pggit commit --allow-empty -m "Release 1.4"',
    'pggit commit -S -m "Add customers.loyalty"  # signed',
)
def commit(
    run: Run,
    message: Annotated[tuple[str, ...], Option("-m", "--message", help="The message; more are paragraphs.")] = (),
    allow_empty: Annotated[bool, Option("--allow-empty", help="Also where nothing changed.")] = False,
    author: Annotated[str | None, Option("--author", metavar="NAME", help="Who made the change.")] = None,
    sign: Annotated[bool, SIGN] = False,
) -> None:
    """Record the live schema as a commit on the current branch."""
    from pggit.repo.protection import require_direct

    with run.repository() as repository:
        require_direct(repository)  # before a message is written in vain
        before = repository.status()
        if before.clean and not allow_empty:
            raise NothingToCommit("nothing to commit, the schema is as in HEAD")
        text = "\n\n".join(message) if message else edited(run, _about(before))
        made = _recorded(run, repository, text, author or author_of(run.settings), allow_empty, sign)
    if run.json:
        run.out.json({"branch": before.branch, "commit": made, "changes": len(before.changes)})
        return
    from pggit.cli.commits import first_line

    where = run.out.style(made.short, "yellow")
    number = len(before.changes)
    run.out.line(f"[{before.branch or 'detached HEAD'} {where}] {first_line(made.message)}")
    run.out.line(f" {number} {'object' if number == 1 else 'objects'} changed")


def _recorded(run: Run, repository: Repository, text: str, author: str | None, allow_empty: bool, sign: bool) -> Commit:
    signer = wanted_signer(run, sign)
    if signer is None:
        return repository.commit(text, author=author, allow_empty=allow_empty)
    from pggit.repo.signing.stored import commit_signed

    return commit_signed(repository, text, signer, author=author, allow_empty=allow_empty)


def author_of(settings: Settings) -> str | None:
    """Return the author by the settings; without them it is the database role."""
    if settings.user_name and settings.user_email:
        return f"{settings.user_name} <{settings.user_email}>"
    return settings.user_name or settings.user_email


def _about(before: Status) -> list[str]:
    from pggit.cli.changes import short_lines
    from pggit.cli.output import Output
    from pggit.cli.stream import plain

    return [_HELP, plain(short_lines(Output("never"), before.changes), before="#")]


def edited(run: Run, about: Sequence[str]) -> str:
    """Let the user write a message in an editor.

    Args:
        run: of the command.
        about: lines that begin with ``#``, shown below.

    Raises:
        UsageError: the editor failed, or the message is empty.
    """
    text = in_editor(run, "COMMIT_EDITMSG", "\n" + "".join(about), "-m MESSAGE")
    kept = "\n".join(line.rstrip() for line in text.splitlines() if not line.startswith("#")).strip()
    if not kept:
        raise UsageError("the message is empty, nothing was done", hint="-m MESSAGE gives one.")
    return kept


def in_editor(run: Run, name: str, text: str, instead: str) -> str:
    """Let the user change a text in the editor; returns what it became.

    Args:
        run: of the command.
        name: of the file.
        text: what is in it at first.
        instead: the command line that needs no editor, for the hint.

    Raises:
        UsageError: the editor failed.
    """
    from pggit.cli.programs import run_program

    with tempfile.TemporaryDirectory(prefix="pggit-") as directory:
        file = Path(directory) / name
        file.write_text(text, encoding="utf-8")
        editor = run.settings.editor or "vi"
        hint = f"{instead} needs none."
        try:
            status = run_program(editor, str(file))
        except OSError as error:
            raise UsageError(f"the editor {editor!r} cannot be run: {error.strerror}", hint=hint) from None
        if status:
            raise UsageError(f"the editor {editor!r} failed", hint=hint)
        return file.read_text(encoding="utf-8")
