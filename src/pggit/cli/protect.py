"""`pggit protect`, `pggit unprotect`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pggit.cli.command import CHANGE, Argument, Option, command
from pggit.cli.run import Run
from pggit.core.errors import UsageError

if TYPE_CHECKING:
    from pggit.repo.protection import Rule


@command(
    CHANGE,
    "pggit protect  # what is protected",
    "pggit protect main  # no direct commits: it moves only by merging a request",
    "pggit protect main --approvals 2 --proof --not-author --independent",
    "pggit protect 'release/*' --approvals 1 --signed",
)
def protect(
    run: Run,
    branch: Annotated[str | None, Argument("[BRANCH]", help="A branch, or a pattern with *.")] = None,
    approvals: Annotated[
        int | None, Option("--approvals", metavar="N", min=0, help="How many roles must approve a request; 0.")
    ] = None,
    proof: Annotated[bool, Option("--proof", help="The plan must be proven.")] = False,
    signed: Annotated[bool, Option("--signed", help="Only signed approvals count.")] = False,
    not_author: Annotated[
        bool, Option("--not-author", help="Approvals of those who made the request do not count.")
    ] = False,
    independent: Annotated[
        bool,
        Option("--independent", help="Roles of which one can SET ROLE to the other are one approver, or one author."),
    ] = False,
) -> None:
    """Protect a branch: it moves only by merging a request that has what is demanded. Without arguments, list rules.

    Commits, pushes, resets and all else that would move it are refused by the engine, and so is deleting or renaming
    it. What was said of the same branch or pattern before is replaced; of several that mean a branch each demand holds.
    It takes level admin; the owner of the repository and superusers can of course go round it.
    """
    from pggit.repo.protection import Rule, protections
    from pggit.repo.protection import protect as change

    if branch is None and (approvals is not None or proof or signed or not_author or independent):
        raise UsageError("no branch is named", hint="pggit protect main --approvals 1")
    with run.repository() as repository:
        repository.require_installed()
        if branch is not None:
            rule = Rule(approvals or 0, proof, signed, not_author, independent)
            change(repository, branch, rule)
        found = protections(repository)
    if run.json:
        run.out.json({"protected": [protection_document(one) for one in found]})
    elif branch is not None:
        run.out.line(f"{branch} is protected: {told(rule)}.")
    elif not found:
        run.out.line("No branch is protected.")
    else:
        run.out.table(
            ["BRANCH", "DEMANDS", "BY"], [(one.pattern, told(one.rule), one.by) for one in found], styles=["green"]
        )


@command(CHANGE, "pggit unprotect main")
def unprotect(
    run: Run, branch: Annotated[str, Argument("BRANCH", help="The branch or pattern, as pggit protect lists it.")]
) -> None:
    """Take off what protects a branch. It takes level admin."""
    from pggit.repo.protection import unprotect as change

    with run.repository() as repository:
        repository.require_installed()
        change(repository, branch)
    run.out.json({"branch": branch, "action": "unprotect"}) if run.json else run.out.line(f"Took it off {branch}.")


def protection_document(one: Any) -> dict[str, Any]:
    """Return a rule for programs."""
    rule = one.rule
    return {
        "branch": one.pattern,
        "approvals": rule.approvals,
        "proof": rule.proof,
        "signed": rule.signed,
        "not_author": rule.not_author,
        "independent": rule.independent,
        "time": one.time,
        "by": one.by,
    }


def told(rule: Rule) -> str:
    """Return what a rule demands, in words."""
    signed = "signed " if rule.signed else ""
    by = (", not by authors" if rule.not_author else "") + (", of independent roles" if rule.independent else "")
    parts = ["no direct commits"]
    if rule.approvals:
        parts.append(f"{rule.approvals} {signed}{'approval' if rule.approvals == 1 else 'approvals'}{by}")
    if rule.proof:
        parts.append("a proof")
    return ", ".join(parts)
