"""`pggit tag`, `reflog`."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Annotated

from pggit.cli.branch import told
from pggit.cli.command import LOOK, RECORD, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


@command(
    RECORD,
    "pggit tag  # all tags",
    'pggit tag v1.0 -m "First release"',
    "pggit tag -a v1.0  # write the message in an editor",
    "pggit tag -s v1.0 -m 'First release'  # signed",
    "pggit tag v0.9 HEAD~3",
    "pggit tag -l 'v1.*'",
    "pggit tag -d v0.9",
)
def tag(
    run: Run,
    name: Annotated[str | None, Argument("[NAME", help="The tag; with -l a pattern.")] = None,
    target: Annotated[str | None, Argument("[TARGET]]", help="The commit; HEAD.")] = None,
    message: Annotated[str | None, Option("-m", "--message", help="What it stands for.")] = None,
    annotate: Annotated[
        bool, Option("-a", "--annotate", help="With a message, and who made it; -m implies it.")
    ] = False,
    sign: Annotated[bool, Option("-s", "--sign", help="With a message, and signed.")] = False,
    list_: Annotated[
        bool, Option("-l", "--list", help="List the tags that the pattern (with *, ?, […]) matches.")
    ] = False,
    delete: Annotated[bool, Option("-d", "--delete", help="Delete the tag.")] = False,
) -> None:
    """List tags, make one, or delete one."""
    annotate = annotate or sign
    if delete + list_ + (annotate or message is not None) > 1:
        raise UsageError("-d, -l and a message do not go together")
    with run.repository() as repository:
        if list_ or (name is None and not delete and not annotate and message is None):
            _no_second(target, "-l")
            _list_tags(run, repository, name or "*")
            return
        if name is None:
            raise UsageError(f"{'-d' if delete else 'a message'} needs a name")
        if delete:
            _no_second(target, "-d")
            repository.delete_tag(name)
            told(run, {"tag": name, "action": "delete"}, f"Deleted tag {name}.")
            return
        made = _make(run, repository, name, target or "HEAD", message, annotate=annotate, sign=sign)
    told(run, {"tag": name, "action": "create", "hash": made}, f"Tag {name} is at {made[:10]}.")


def _make(
    run: Run, repository: Repository, name: str, target: str, message: str | None, *, annotate: bool, sign: bool
) -> str:
    from pggit.cli.commit import author_of, edited
    from pggit.cli.signer import wanted_signer

    if annotate and message is None:
        message = edited(run, [f"# Say what tag {name} stands for. Lines that begin with # are left out.\n"])
    if message is not None and not message.strip():
        raise UsageError("the message is empty")
    signer = wanted_signer(run, sign) if message is not None else None
    if message is None or signer is None:
        return repository.create_tag(name, target, message, tagger=author_of(run.settings))
    from pggit.repo.signing.stored import create_signed_tag

    return create_signed_tag(repository, name, target, message, signer, tagger=author_of(run.settings))


def _list_tags(run: Run, repository: Repository, pattern: str) -> None:
    from fnmatch import translate

    from pggit.cli.commits import day, first_line

    matches = re.compile(translate(pattern)).match
    found = [one for one in repository.tags() if matches(one.name)]
    if run.json:
        run.out.json({"tags": found})
        return
    rows = [(t.name, t.hash[:10], day(t.time), t.tagger or "", first_line(t.message)) for t in found]
    run.out.table(["TAG", "COMMIT", "WHEN", "WHO", "MESSAGE"], rows, styles=["yellow", "yellow"])


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
    number = count()  # of where it was: once deleted it is nowhere
    rows = [
        (m.new[:10] if m.new else "-", f"{ref}@{{{next(number)}}}" if m.new else "-", day(m.time), m.who, m.message)
        for m in found
    ]
    run.out.table(["COMMIT", "NAME", "WHEN", "WHO", "WHAT"], rows, styles=["yellow"])


def _no_second(second: str | None, option: str) -> None:
    if second is not None:
        raise UsageError(f"{option} takes one name, and {second} is another")
