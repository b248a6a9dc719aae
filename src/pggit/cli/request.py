"""Ask for a branch to be merged, look at such requests, approve and merge them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pggit.cli.changing import ACCEPT, ALLOW, DRY_RUN, NO_APPLY, REASON, YES, changing
from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.cli.signer import SIGN, signing
from pggit.cli.stream import say
from pggit.core.errors import EXIT_FOUND, EXIT_OK, PgGitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pggit.repo.repository import Repository
    from pggit.repo.requests import Verdict
    from pggit.repo.signing import Checked
    from pggit.work.request.look import Shown

_MERGES = {"merged": "clean", "fast-forward": "clean"}
_NUMBER = Argument("N", help="The number of the request.")
_NOTE = Option("-m", "--message", metavar="TEXT", help="What there is to say.")
_AT = Option(
    "--at",
    metavar="REVISION",
    help="Only if the request is what it was then: the hash that request show gives, or the branch's commit.",
)


@command(
    CHANGE,
    "pggit request open  # the current branch, into main",
    'pggit request open loyalty --into release/2 -m "Points of customers" --body "See ticket 12."',
    name="request open",
)
def open_(
    run: Run,
    branch: Annotated[str | None, Argument("[BRANCH]", help="What is to be merged; the current branch.")] = None,
    into: Annotated[str, Option("--into", metavar="BRANCH", help="Where it is to go; main.")] = "main",
    title: Annotated[
        str | None, Option("-m", "--title", metavar="TEXT", help="In one line; that of the branch's last commit.")
    ] = None,
    body: Annotated[str, Option("--body", metavar="TEXT", help="More about it.")] = "",
) -> None:
    """Ask for a branch to be merged. What that would come to is kept: changes, plan, hazards, conflicts.

    A branch that only a worktree has is fetched first.
    """
    from pggit.cli.commit import author_of
    from pggit.work.request.look import open_request

    with run.repository() as repository:
        repository.require_installed()
        if branch in (None, repository.branch):
            _remark_uncommitted(repository)
        with _here(repository, branch) as found, run.working("Merging …"):
            shown = open_request(repository, found, into, title, body, author=author_of(run.settings))
    _print(run, shown)


@command(CHANGE, "pggit request list", "pggit request list --all --json", name="request list")
def list_(
    run: Run, every: Annotated[bool, Option("--all", help="Also those that are merged or closed.")] = False
) -> None:
    """List the requests that are open."""
    from pggit.repo.requests import requests

    with run.repository() as repository:
        found = requests(repository, all=every)
    if run.json:
        run.out.json({"requests": found})
        return
    if not found:
        say("No request is open." if not every else "There are no requests.")
        return
    rows = [
        (str(one.id), one.state, f"{one.branch} → {one.target}", one.title, one.role,
         _MERGES.get(one.outcome, one.outcome) or "",
         f"{one.approvals} of {one.needed}", "yes" if one.proven else "no")
        for one in found
    ]  # fmt: skip
    run.out.table(["N", "STATE", "BRANCH", "TITLE", "BY", "MERGE", "APPROVALS", "PROVEN"], rows, styles=["yellow"])


@command(
    CHANGE,
    "pggit request show 3",
    "pggit request show 3 --markdown >> $GITHUB_STEP_SUMMARY",
    name="request show",
)
def show(
    run: Run,
    number: Annotated[str, _NUMBER],
    markdown: Annotated[bool, Option("--markdown", help="In Markdown, as for a pull request.")] = False,
) -> None:
    """Show a request as it was last looked at: changes, plan with locks and hazards, proof, verdicts, what it lacks."""
    from pggit.cli import request_text
    from pggit.work.request.look import show as look

    with run.repository() as repository:
        shown = look(repository, _number(number))
        checked = _checked(run, repository, shown)
    if run.json:
        run.out.json(request_text.document_of(shown, checked))
    else:
        run.out.lines(request_text.markdown(shown, checked) if markdown else request_text.lines(run, shown, checked))


def _checked(run: Run, repository: Repository, shown: Shown) -> Mapping[int, Checked]:
    """Check the signatures of verdicts, where there are keys that count."""
    if run.settings.allowed_signers is None or not any(one.signature for one in shown.approvals):
        return {}
    from pggit.repo.signing import read_allowed_signers
    from pggit.work.request.signed import check_signatures

    allowed = read_allowed_signers(run.settings.allowed_signers)
    return check_signatures(repository, shown.request.id, shown.approvals, allowed)


@command(CHANGE, "pggit request update 3", name="request update")
def update(run: Run, number: Annotated[str, _NUMBER]) -> None:
    """Look at a request anew: its branch has new commits, or its target has.

    An approval is for one commit of the branch, and for what that changes in the target: it is stale where either is
    another one.
    """
    from pggit.work.request.look import consider
    from pggit.work.request.look import show as look

    with run.repository() as repository:
        with run.working("Merging …"):
            consider(repository, _number(number))
        shown = look(repository, _number(number))
    _print(run, shown)


@command(CHANGE, "pggit request prove 3", name="request prove")
def prove(
    run: Run,
    number: Annotated[str, _NUMBER],
    rows: Annotated[
        str, Option("--rows", metavar="WHICH", help="The clone's rows: none or seeded (made for it); seeded.")
    ] = "seeded",
) -> int:
    """Prove the plan of a request, as it is now, on databases made for it; exit with status 1 if not."""
    from pggit.cli.prove import verdict_lines
    from pggit.work.request.look import show as look
    from pggit.work.request.prove import prove_request

    if rows not in ("none", "seeded"):
        raise UsageError(f"--rows is none or seeded, not {rows!r}", hint="pggit prove PLAN --rows real takes a plan.")
    with run.repository() as repository:
        with run.working("Proving …"):
            verdict = prove_request(repository, _number(number), cast(Literal["none", "seeded"], rows))
        shown = look(repository, _number(number))
    if run.json:
        _print(run, shown)
    else:
        run.out.lines(verdict_lines(run, verdict))
    return EXIT_OK if verdict.proven else EXIT_FOUND


@command(
    CHANGE,
    "pggit request approve 3",
    "pggit request approve 3 -m 'Looks good' --at 3f2a91c",
    "pggit request approve 3 -S  # signed",
    name="request approve",
)
def approve(
    run: Run,
    number: Annotated[str, _NUMBER],
    note: Annotated[str | None, _NOTE] = None,
    at: Annotated[str | None, _AT] = None,
    sign: Annotated[bool, SIGN] = False,
) -> None:
    """Approve a request as it was last looked at. The last verdict of a role stands; the role tells approvers apart."""
    _review(run, number, "approve", note, at, sign)


@command(CHANGE, "pggit request reject 3 -m 'The index is missing'", name="request reject")
def reject(
    run: Run,
    number: Annotated[str, _NUMBER],
    note: Annotated[str | None, _NOTE] = None,
    at: Annotated[str | None, _AT] = None,
    sign: Annotated[bool, SIGN] = False,
) -> None:
    """Reject a request, or take back that it was approved. A protected branch takes it only when that is taken back."""
    _review(run, number, "reject", note, at, sign)


@command(CHANGE, "pggit request close 3", name="request close")
def close(run: Run, number: Annotated[str, _NUMBER]) -> None:
    """Close a request without merging it. What was said of it stays."""
    from pggit.repo import requests
    from pggit.work.request.look import show as look

    with run.repository() as repository:
        requests.request(repository, _number(number))
        requests.close(repository, _number(number))
        shown = look(repository, _number(number))
    if run.json:
        _print(run, shown)
    else:
        run.out.line(f"Request {shown.request.id} is closed.")


@command(
    CHANGE,
    "pggit request merge 3",
    "pggit request merge 3 --dry-run  # what would be run",
    'pggit request merge 3 --accept body-names --reason "it is not called"',
    name="request merge",
)
def merge(
    run: Run,
    number: Annotated[str, _NUMBER],
    no_apply: Annotated[bool, NO_APPLY] = False,
    accept: Annotated[tuple[str, ...], ACCEPT] = (),
    reason: Annotated[str | None, REASON] = None,
    sign: Annotated[bool, SIGN] = False,
    dry_run: Annotated[bool, DRY_RUN] = False,
    yes: Annotated[bool, YES] = False,
    allow: Annotated[tuple[str, ...], ALLOW] = (),
) -> int:
    """Merge a request into its target, the current branch, as pggit merge does; exit with status 1 on conflicts.

    A protected branch must have its approvals; the proof is made where there is none for the branch and the target as
    they are. If it is interrupted, the same command finishes it.
    """
    from pggit.cli.commit import author_of
    from pggit.cli.merge import require_reason, tell_merge
    from pggit.repo.requests import request
    from pggit.work.request.merge import MergeWant, merge_request

    require_reason(accept, reason)
    want = MergeWant(
        author=author_of(run.settings),
        apply=not no_apply,
        accept=accept,
        reason=reason or "",
        allowed_signers=run.settings.allowed_signers,
        proving=lambda: say("Proving the plan …"),
    )
    of = _number(number)
    with run.repository() as repository:
        with (
            changing(run, f"pggit request merge {of}", dry_run=dry_run, yes=yes, allow=allow) as how,
            signing(run, repository, asked=sign, dry_run=dry_run),
        ):
            done = merge_request(repository, of, want, how=how)
        asked = request(repository, of)
    hint = f'  (merge {asked.target} into {asked.branch} and resolve them there, then "pggit request update {of}")'
    return tell_merge(run, done, hint, dry_run=dry_run, request=of)


def _number(text: str) -> int:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise UsageError(f"{text!r} is no number of a request", hint="pggit request list shows those that are open.")
    return int(digits)


def _review(run: Run, number: str, verdict: Verdict, note: str | None, at: str | None, sign: bool) -> None:
    from pggit.cli.commit import author_of
    from pggit.cli.signer import wanted_signer
    from pggit.work.request.review import review

    of, signer, author = _number(number), wanted_signer(run, sign), author_of(run.settings)
    with run.repository() as repository:
        shown = review(repository, of, verdict, note, at=at, signer=signer, author=author)
    if run.json:
        _print(run, shown)
        return
    from pggit.cli.request_text import lacks

    word = {"approve": "Approved", "reject": "Rejected"}[verdict]
    revision = shown.revision
    at = f"{revision.source[:10]} (--at {revision.hash[:10]})"
    run.out.line(f"{word} request {shown.request.id}, revision {revision.number}, {at}.")
    run.out.lines(lacks(shown))


@contextmanager
def _here(repository: Repository, branch: str | None) -> Iterator[str | None]:
    """Make the branch here that only a worktree has, for good where the block succeeds; yields its name."""
    if branch is None or branch in {known.name for known in repository.branches()}:
        yield branch
        return
    from pggit.work.elsewhere import brought

    found = brought(repository, branch, say)
    name = found.partition("/")[2]
    if found == branch or name in {known.name for known in repository.branches()}:
        yield name if found != branch else branch
        return
    repository.create_branch(name, found)
    try:
        yield name
    except PgGitError:
        repository.delete_branch(name)
        raise


def _remark_uncommitted(repository: Repository) -> None:
    changes = len(repository.status().changes)
    if changes:
        told = "1 change is" if changes == 1 else f"{changes} changes are"
        say(f"{told} not committed, and no part of the request.")


def _print(run: Run, shown: Shown) -> None:
    from pggit.cli import request_text

    if run.json:
        run.out.json(request_text.document_of(shown))
    else:
        run.out.lines(request_text.lines(run, shown))
