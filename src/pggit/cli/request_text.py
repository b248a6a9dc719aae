"""A request as text, as Markdown and as a document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from pggit.cli.changes import short_lines
from pggit.cli.markdown import code, fenced, quoted, text
from pggit.cli.output import Output
from pggit.cli.plan import plan_lines
from pggit.cli.protect import told
from pggit.cli.run import Run
from pggit.cli.stream import block
from pggit.core.errors import UsageError
from pggit.core.shown import comment, shown
from pggit.plan.model import Plan, from_json
from pggit.plan.script import remarks

if TYPE_CHECKING:
    from pggit.repo.requests import Approval, Revision
    from pggit.repo.signing import Checked
    from pggit.work.request.look import Shown

_STYLES = {"open": "green", "merged": "cyan", "closed": "red", "approve": "green", "reject": "red"}
_UNCHECKED: Mapping[int, Checked] = {}
_VERDICTS = {"approve": "approved", "reject": "rejected"}


def document_of(shown: Shown, checked: Mapping[int, Checked] = _UNCHECKED) -> dict[str, Any]:
    """Return a request for programs."""
    rule = shown.rule
    return {
        "request": shown.request,
        "revision": shown.revision,
        "revisions": shown.revisions,
        "demands": asdict(rule) if rule else None,
        "approvals": shown.approvals,
        "signatures": [{"approval": number, **asdict(one)} for number, one in checked.items()],
        "obstacles": shown.obstacles,
        "moved": shown.moved,
        "markdown": "\n".join(markdown(shown, checked)),
    }


def lines(run: Run, shown: Shown, checked: Mapping[int, Checked] = _UNCHECKED) -> Iterator[str]:
    """Yield a request for people."""
    request, revision, out = shown.request, shown.revision, run.out
    yield f"{out.style(f'request {request.id}', 'yellow')}  {out.style(request.state, _STYLES[request.state])}"
    yield f"    {out.style(request.title, 'bold')}"
    yield from block(request.body, before="    ") if request.body else ()
    yield f"{request.branch} ({revision.source[:10]}) into {request.target} ({revision.target[:10]})"
    opened = f"opened by {_who(request.role, request.author)}, {_time(request.opened)}"
    yield f"{opened}; revision {revision.number} ({revision.hash[:10]})"
    if request.ended and request.ended_by:
        at = f" as {request.commit[:10]}" if request.commit else ""
        yield f"{request.state} by {request.ended_by}, {_time(request.ended)}{at}"
    yield ""
    yield from _found(run, revision)
    if revision.changes is not None:
        yield out.style("Changes", "bold")
        yield from short_lines(out, revision.changes)
        yield ""
    plan = plan_of(revision)
    if plan is not None:
        yield out.style("Plan", "bold")
        yield from (f"  {line}" if line else "" for line in plan_lines(out, plan))
        yield ""
    elif revision.plan is not None:
        yield "The plan that was stored with the revision cannot be read."
    yield f"Proof: {proof_told(revision)}"
    yield from (
        f"  {out.style(_VERDICTS[one.verdict], _STYLES[one.verdict])} {approval_told(one, checked)}"
        for one in shown.approvals
    )
    if shown.rule:
        yield f"{request.target} is protected: {told(shown.rule)}."
    yield from lacks(shown)


def lacks(shown: Shown) -> Iterator[str]:
    """Yield what keeps a request from being merged, or that nothing does."""
    request = shown.request
    if request.state != "open":
        return
    yield from (f"It cannot be merged yet: {obstacle}." for obstacle in shown.obstacles)
    if not shown.obstacles:
        yield f'It can be merged (use "pggit request merge {request.id}").'
    if "target" in shown.moved:
        yield f"{request.target} has moved since this was looked at: merging looks at it anew."


def markdown(found: Shown, checked: Mapping[int, Checked] = _UNCHECKED) -> Iterator[str]:
    """Yield a request as Markdown."""
    request, revision = found.request, found.revision
    yield f"## Request {request.id}: {text(request.title)}"
    yield ""
    if request.body:
        yield from (*quoted(request.body), "")
    yield (
        f"{code(request.branch)} (`{revision.source[:10]}`) into {code(request.target)} (`{revision.target[:10]}`),"
        f" opened by {text(_who(request.role, request.author))}. **{request.state.capitalize()}.**"
    )
    yield ""
    yield from (f"- [ ] {text(obstacle)}" for obstacle in found.obstacles)
    if found.obstacles:
        yield ""
    yield from _findings_markdown(revision)
    if revision.changes:
        yield from (*fenced(shown(line.strip()) for line in short_lines(Output("never"), revision.changes)), "")
    plan = plan_of(revision)
    if plan is not None:
        yield from _plan_markdown(plan)
    yield f"**Proof:** {text(proof_told(revision))}"
    if found.approvals:
        verdicts = ((_VERDICTS[one.verdict], approval_told(one, checked)) for one in found.approvals)
        yield from ("", *(f"- {verdict} {text(told)}" for verdict, told in verdicts))


def plan_of(revision: Revision) -> Plan | None:
    """Return the plan of a revision; None if the two do not merge, or if what was stored as a plan is not one."""
    if revision.plan is None:
        return None
    try:
        return from_json(json.dumps(revision.plan), edited=True)
    except UsageError:
        return None


def proof_told(revision: Revision) -> str:
    """Return in words how the proof of a revision went."""
    if revision.proof is None or revision.proved is None:
        return "none"
    if revision.proven:
        return f"proven on {revision.proof.get('on', 'nothing')} by {revision.proved_by}, {_time(revision.proved)}"
    checks = revision.proof.get("checks", ())
    wrong = next((f": {check['name']}: {check['message']}" for check in checks if check["status"] != "ok"), "")
    return f"not proven{wrong}"


def approval_told(one: Approval, checked: Mapping[int, Checked]) -> str:
    """Return in words who gave a verdict, when, and what has become of it."""
    marks = [f"revision {one.revision}"]
    if one.signature:
        worth = checked.get(one.id)
        by = f" by {worth.principal}" if worth and worth.good else ""
        marks.append(f"signed{by}" if worth is None or worth.good else f"signature does not count: {worth.problem}")
    if not one.stands:
        marks.append("replaced")
    elif one.stale:
        marks.append("stale")
    elif one.verdict == "approve" and not one.counts:
        marks.append("not counted")
    note = f": {one.note}" if one.note else ""
    return f"by {_who(one.role, one.author)}, {_time(one.time)} ({', '.join(marks)}){note}"


def _found(run: Run, revision: Revision) -> Iterator[str]:
    """Yield what is wrong with a merge."""
    for conflict in revision.conflicts:
        yield f"{run.out.style('conflict:', 'red')} {conflict['key']}  ({conflict['class']})"
    if revision.refused:
        yield f"The merged schema does not load: {revision.refused}"
    for one in revision.findings:
        yield f"{run.out.style(one['rule'], 'red')}: {one['key']}: {one['message']}"
    if revision.conflicts or revision.refused or revision.findings:
        yield ""


def _findings_markdown(revision: Revision) -> Iterator[str]:
    rows = [(one["key"], one["class"], ", ".join(one["attributes"])) for one in revision.conflicts]
    rows += [(one["key"], one["rule"], one["message"]) for one in revision.findings]
    if revision.refused:
        yield from (f"**The merged schema does not load:** {text(revision.refused)}", "")
    if rows:
        yield from ("| Object | | |", "|---|---|---|")
        yield from (*(f"| {code(a)} | {text(b)} | {text(c)} |" for a, b, c in rows), "")


def _plan_markdown(plan: Plan) -> Iterator[str]:
    hazards = ", ".join(f"**{hazard}**" for hazard in sorted(plan.hazards)) or "none"
    number = len(plan.statements)
    yield f"**Plan:** {number} {'statement' if number == 1 else 'statements'}; hazards: {hazards}."
    yield ""
    if plan.statements:
        lines = ([*map(comment, remarks(one)), f"{one.sql};"] for one in plan.statements)
        yield from (*fenced(chain.from_iterable(lines), "sql"), "")


def _who(role: str, author: str) -> str:
    return role if author == role else f"{author} ({role})"


def _time(time: Any) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
