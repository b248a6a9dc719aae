"""`pggit diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pggit.cli.command import LOOK, Argument, Option, command
from pggit.cli.log import object_or_nothing
from pggit.cli.run import Run
from pggit.core import ranges
from pggit.core.errors import EXIT_FOUND, NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pggit.core.results import Change
    from pggit.repo.repository import Repository


@command(
    LOOK,
    "pggit diff  # HEAD against the live schema",
    "pggit diff HEAD~1 HEAD",
    "pggit diff main feature -- public.orders",
    "pggit diff main...feature  # what feature changed since it left main",
    "pggit diff postgresql://host/a postgresql://host/b  # needs nothing installed",
    "pggit diff postgresql://host/a dir:schema/  # what the SQL files would change",
    'pggit diff "main@{2 days ago}" work --stat',
    after_dashes=True,
)
def diff(
    run: Run,
    states: Annotated[
        tuple[str, ...], Argument("[A [B]] [-- OBJECT…]", help="The states to compare; HEAD and work.")
    ] = (),
    stat: Annotated[bool, Option("--stat", help="Only how much changed, by relation.")] = False,
    owners: Annotated[
        bool | None,
        Option("--owners/--no-owners", help="Whether owners and grants count; of SQL files, where they say so."),
    ] = None,
    exit_code: Annotated[bool, Option("--exit-code", help="Exit with status 1 where there are differences.")] = False,
) -> int:
    """Show what differs between two states, with the DDL before and after.

    A state is a commit (HEAD~2, a branch, a tag, a hash, main@{yesterday}), work (the live schema), another
    database by its URL, dir:PATH or a file of SQL, or empty.
    """
    changes, major = _compare(run, list(states), owners)
    show(run, changes, stat=stat, major=major)
    return EXIT_FOUND if exit_code and changes else 0


def show(run: Run, changes: Sequence[Change], *, stat: bool, major: int) -> None:
    """Print changes with their DDL, or their statistics."""
    from pggit.cli.changes import ddl_lines, stat_lines

    if run.json:
        run.out.json({"changes": changes})
        return
    if changes:
        run.out.lines(stat_lines(run.out, changes) if stat else ddl_lines(run.out, changes, major=major))


def _compare(run: Run, written: list[str], owners: bool | None) -> tuple[Sequence[Change], int]:
    from pggit.repo.states import compare, needs_repository

    pair = [*written, *["HEAD", "work"][len(written) :]]
    if len(pair) == 2 and not any(map(needs_repository, pair)):
        with run.working("Reading both …"):
            return compare(pair[0], pair[1], None, owners=owners, settings=run.settings, objects=run.objects), 18
    with run.repository() as repository, run.working("Comparing …"):
        written = _of_range(repository, written)
        states, objects = _told_apart(repository, written, run.objects)
        a, b = [*states, *["HEAD", "work"][len(states) :]]
        return repository.diff(a, b, owners=owners, objects=objects), repository.major


def _of_range(repository: Repository, written: list[str]) -> list[str]:
    """Write a range as two states: ``A..B`` is A and B, ``A...B`` the best common ancestor and B."""
    span = ranges.parse(written[0]) if written else None
    if span is None or not repository.is_commit(written[0]):
        return written
    if not span.apart:
        return [span.a, span.b, *written[1:]]
    bases = repository.merge_base(span.a, span.b)
    if not bases:
        raise NotFound(
            f"{span.a} and {span.b} have no common ancestor", hint=f"pggit diff {span.a} {span.b} compares them."
        )
    return [bases[0], span.b, *written[1:]]


def _told_apart(
    repository: Repository, written: list[str], objects: tuple[str, ...]
) -> tuple[list[str], tuple[str, ...]]:
    """What could be a state is a state; the rest are objects. After ``--`` there are only objects."""
    states: list[str] = []
    for number, name in enumerate(written):
        if len(states) == 2 or not repository.is_state(name):
            if objects:
                raise UsageError(f"{name} is no state", hint="Two states at most; objects go after --.")
            return states, tuple(object_or_nothing(repository, name) for name in written[number:])
        states.append(name)
    return states, objects
