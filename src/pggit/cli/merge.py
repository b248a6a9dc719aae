"""`pggit merge`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

from pggit.cli.changing import ACCEPT, ALLOW, DRY_RUN, NO_APPLY, REASON, YES, changing, tell
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.signer import SIGN, signing
from pggit.cli.stream import block, say
from pggit.core.errors import EXIT_FOUND, EXIT_OK, UsageError
from pggit.core.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pggit.cli.output import Output
    from pggit.core.merge import Conflict
    from pggit.repo.repository import Repository
    from pggit.work.merge.merge import Want
    from pggit.work.merge.results import Checked, Kept, MergeDone
    from pggit.work.results import Changed

_HINT = '  (use "pggit resolve OBJECT --ours|--theirs|--base", then "pggit merge --continue"; or "pggit merge --abort")'


@command(
    CHANGE,
    "pggit merge loyalty",
    "pggit merge loyalty --dry-run  # what would be run",
    "pggit merge loyalty --no-apply --plan loyalty.json  # record it, write the migration for another database",
    "pggit merge --continue  # once all conflicts are resolved",
    "pggit merge --check main loyalty >> $GITHUB_STEP_SUMMARY  # for a pull request",
)
def merge(
    run: Run,
    states: Annotated[tuple[str, ...], Argument("[STATE]", help="The branch or commit; with --check A B both.")] = (),
    message: Annotated[str | None, Option("-m", "--message", metavar="TEXT", help="Message of the commit.")] = None,
    no_ff: Annotated[bool, Option("--no-ff", help="Make a commit also where HEAD could simply move.")] = False,
    no_apply: Annotated[bool, NO_APPLY] = False,
    plan: Annotated[
        str | None, Option("--plan", metavar="FILE", help="Write the plan for another database that is at HEAD.")
    ] = None,
    strategy: Annotated[
        str, Option("--strategy", metavar="WHICH", help="Of conflicts: stop, ours, theirs or fail; stop.")
    ] = "stop",
    abort: Annotated[bool, Option("--abort", help="Give up the merge that stopped.")] = False,
    go_on: Annotated[bool, Option("--continue", help="End the merge that stopped.")] = False,
    check: Annotated[bool, Option("--check", help="Only say whether B merges into A, in Markdown.")] = False,
    accept: Annotated[tuple[str, ...], ACCEPT] = (),
    reason: Annotated[str | None, REASON] = None,
    sign: Annotated[bool, SIGN] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> int:
    """Merge another branch into the current one, and let the live schema follow; exit with status 1 on conflicts.

    Changes are put together object by object, and key by key of their definitions. The merged schema is built in a
    scratch database before it is recorded. Conflicts stop the merge: pggit conflicts lists them, pggit resolve
    resolves them. Rows and values that go are kept. If it is interrupted, the same command finishes it.
    A name that no commit has here is that of a worktree, or of its branch: it is fetched first.
    """
    _require_one(states, abort=abort, go_on=go_on, check=check)
    if check:
        return _check(run, *states)
    if abort:
        return _abort(run)
    from pggit.cli.commit import author_of
    from pggit.work.elsewhere import brought
    from pggit.work.merge.merge import Strategy, Want

    if strategy not in get_args(Strategy):
        raise UsageError(f"--strategy is one of {', '.join(get_args(Strategy))}, not {strategy!r}")
    require_reason(accept, reason)
    want = Want(
        message=message,
        author=author_of(run.settings),
        fast_forward=not no_ff,
        apply=not no_apply,
        plan=plan is not None,
        strategy=cast("Strategy", strategy),
        accept=accept,
        reason=reason or "",
    )
    again = f"pggit merge {states[0]}" if states else "pggit merge --continue"
    with (
        run.repository() as repository,
        signing(run, repository, asked=sign, dry_run=dry_run),
        changing(run, again, dry_run=dry_run, yes=yes, allow=allow) as how,
    ):
        if states:
            states = (brought(repository, states[0], say),)
        done = _merged(repository, states, want, how)
    if done.plan is not None and plan is not None:
        from pggit.cli.plan import write_plan

        write_plan(done.plan, plan)
    return tell_merge(run, done, _HINT, dry_run=dry_run)


def require_reason(accept: tuple[str, ...], reason: str | None) -> None:
    """Check that what is accepted are rules, and that it is said why.

    Raises:
        UsageError: not so.
    """
    from pggit.work.merge.rules import rules

    for name in accept:
        if name not in rules():
            raise UsageError(f"there is no rule {name}", hint=f"Rules are {', '.join(rules())}.")
    if bool(accept) != bool(reason):
        raise UsageError("--accept and --reason go together", hint='--accept body-names --reason "it is not called"')


def _merged(repository: Repository, states: tuple[str, ...], want: Want, how: Any) -> MergeDone:
    from pggit.work.merge.merge import continue_merge
    from pggit.work.merge.merge import merge as change

    return change(repository, states[0], want, how=how) if states else continue_merge(repository, want, how=how)


def _require_one(states: tuple[str, ...], *, abort: bool, go_on: bool, check: bool) -> None:
    if abort + go_on + check > 1:
        raise UsageError("--abort, --continue and --check exclude one another")
    wanted = 2 if check else 0 if abort or go_on else 1
    if len(states) != wanted:
        what = ("takes no state", "needs one state", "needs two states")[wanted]
        raise UsageError(f"merge{' --check' if check else ''} {what} here", hint="pggit merge --help has examples.")


def _abort(run: Run) -> int:
    from pggit.cli.commit import author_of
    from pggit.work.merge.opened import abort

    with run.repository() as repository:
        kept = abort(repository, author=author_of(run.settings))
    if run.json:
        run.out.json({"outcome": "aborted", "ours": kept.ours, "theirs": kept.theirs})
    else:
        run.out.line(f"The merge of {kept.name} is given up.")
    return EXIT_OK


def tell_merge(run: Run, done: MergeDone, hint: str, *, dry_run: bool, **more: Any) -> int:
    """Print what a merge did; returns the exit status.

    Args:
        run: of the command.
        done: what the merge did.
        hint: what to do about conflicts.
        dry_run: whether nothing was done.
        more: fields of the document, besides those that all merges have.
    """
    from pggit.plan.model import Plan
    from pggit.work.results import Changed

    told = [conflict_document(conflict) for conflict in done.conflicts]
    fields = {**more, "outcome": done.outcome, "ours": done.ours, "theirs": done.theirs, "hash": done.commit}
    problems = {"conflicts": told, "refused": done.refused, "findings": done.findings}
    changed: Changed = done.changed or Changed(Plan("work", "work", "", "", 0), None)
    if run.json or done.outcome in ("merged", "fast-forward"):
        words = {"merged": "Merged", "fast-forward": "Fast-forward"}.get(done.outcome, "")
        text = f"{words}: HEAD is at {(done.commit or '')[:10]}."
        tell(run, changed, text, dry_run=dry_run, **fields, **problems)
    elif done.outcome == "conflicts":
        run.out.lines([*conflict_lines(run.out, done.conflicts), hint])
    elif done.refused:
        run.out.lines([f"The merged schema does not load: {done.refused}", "Nothing was changed."])
    elif done.outcome == "findings":
        run.out.lines(f"{run.out.style(one.rule, 'red')}: {one.key}: {one.message}" for one in done.findings)
        run.out.line('Nothing was changed. (use "--accept RULE --reason TEXT" to merge all the same)')
    else:
        run.out.line("Already up to date.")
    return EXIT_FOUND if done.outcome in ("conflicts", "does not load", "findings") else EXIT_OK


def conflict_document(conflict: Conflict | Kept) -> dict[str, Any]:
    """Return a conflict for programs."""
    shown = ("key", "group", "attributes", "base", "ours", "theirs", "together", "message")
    return {"class": conflict.name, **{name: getattr(conflict, name) for name in shown}}


def conflict_lines(out: Output, conflicts: tuple[Conflict, ...] | tuple[Kept, ...]) -> Iterator[str]:
    """Yield conflicts as lines: class and key, and what each side has of it."""
    for conflict in conflicts:
        choice = getattr(conflict, "choice", None)
        mark = out.style(f"resolved ({choice}):", "green") if choice else out.style("conflict:", "red")
        yield f"{mark} {conflict.key}  ({conflict.name})"
        for attribute in conflict.attributes:
            for side in ("base", "ours", "theirs"):
                yield from _value_lines(side, attribute, getattr(conflict, side))
        if conflict.message:
            yield f"    {conflict.message}"
        if not conflict.attributes:
            yield "    " + ", ".join(f"{side}: {_presence(conflict, side)}" for side in ("base", "ours", "theirs"))


def _presence(conflict: Conflict | Kept, side: str) -> str:
    definition = getattr(conflict, side)
    if definition is None:
        return "none"
    return "as in base" if side != "base" and definition == conflict.base else "there"


def _value_lines(side: str, attribute: str, definition: Mapping[str, Any] | None) -> Iterator[str]:
    value = (definition or {}).get(attribute)
    if not isinstance(value, str):
        from pggit.core.canonical import canonical

        value = "none" if value is None else canonical(value)
    first, *more = block(value.rstrip("\n"))
    if not more:
        yield f"    {side:<6} {attribute}: {first}"
        return
    yield f"    {side:<6} {attribute}:"
    yield from (f"           {line}" for line in (first, *more))


def _check(run: Run, a: str, b: str) -> int:
    from pggit.work.merge.merge import check

    with run.repository() as repository, run.working("Merging …"):
        found = check(repository, a, b)
    markdown = list(_markdown(run, found, a, b))
    if run.json:
        told = [conflict_document(conflict) for conflict in found.conflicts]
        run.out.json(
            {
                "outcome": found.outcome,
                "ours": found.ours,
                "theirs": found.theirs,
                "conflicts": told,
                "changes": found.changes,
                "refused": found.refused,
                "findings": found.findings,
                "markdown": "\n".join(markdown),
            }
        )
    else:
        run.out.lines(markdown)
    return EXIT_FOUND if found.conflicts or found.refused or found.findings else EXIT_OK


def _markdown(run: Run, found: Checked, a: str, b: str) -> Iterator[str]:
    """Yield the summary for a pull request."""
    from pggit.cli.changes import short_lines
    from pggit.cli.markdown import code, fenced, text
    from pggit.cli.output import Output

    yield f"## Merging {code(b)} into {code(a)}"
    yield ""
    if found.outcome == "up to date":
        yield "Already up to date."
        return
    if found.conflicts:
        yield f"**{len(found.conflicts)} in conflict.**"
        yield ""
        yield "| Object | Conflict | |"
        yield "|---|---|---|"
        for one in found.conflicts:
            attributes = ", ".join(map(code, one.attributes))
            yield f"| {code(one.key)} | {one.name} | {attributes or text(one.message or '')} |"
    elif found.refused:
        yield f"**The merged schema does not load:** {text(found.refused)}"
    elif found.findings:
        yield f"**The merged schema loads, but {len(found.findings)} would no longer work.**"
        yield ""
        yield "| Object | Rule | |"
        yield "|---|---|---|"
        yield from (f"| {code(one.key)} | {one.rule} | {text(one.message)} |" for one in found.findings)
    else:
        yield "**Merges cleanly**; the merged schema loads."
    if found.changes:
        yield ""
        yield from fenced(shown(line.strip()) for line in short_lines(Output("never"), found.changes))
