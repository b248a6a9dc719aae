"""Commits as text, as git log writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pggit.cli.stream import block
from pggit.core.results import Commit

if TYPE_CHECKING:
    from pggit.cli.output import Output
    from pggit.repo.signing.verify import Signature


def when(time: datetime) -> str:
    """Return a time in the local zone: ``Sat Nov 21 2026 10:00:00 +0100``."""
    return time.astimezone().strftime("%a %b %d %Y %H:%M:%S %z")


def day(time: datetime) -> str:
    """Return a time in the local zone, short: ``2026-11-21 10:00``."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def first_line(message: str | None) -> str:
    """Return the subject of a message."""
    return (message or "").partition("\n")[0]


def commit_lines(out: Output, commit: Commit, current: str | None = None) -> Iterator[str]:
    """Yield a commit in full: hash and refs, parents of a merge, author, date, message."""
    yield out.style(f"commit {commit.hash}", "yellow") + _refs(out, commit, current)
    if len(commit.parents) > 1:
        yield "Merge:  " + " ".join(parent[:10] for parent in commit.parents)
    yield f"Author: {commit.author}"
    yield f"Date:   {when(commit.time)}"
    yield ""
    for line in block(commit.message.rstrip("\n"), before="    ") if commit.message else ():
        yield line.rstrip()
    yield ""


def oneline(out: Output, commit: Commit, current: str | None = None) -> str:
    """Return a commit on one line."""
    return f"{out.style(commit.short, 'yellow')}{_refs(out, commit, current)} {first_line(commit.message)}"


def signature_line(out: Output, signature: Signature) -> str:
    """Return what a signature is worth: ``Signature: good, ann@example.com SHA256:…``."""
    style = {"good": "green", "unknown": "yellow"}.get(signature.status, "red")
    who = " ".join(filter(None, (signature.principal, signature.fingerprint, signature.problem)))
    return f"Signature: {out.style(signature.status, style)}, {who}"


def graph_lines(out: Output, commits: Sequence[Commit], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Put lines of commits beside the graph, where both come one block a commit.

    Args:
        commits: what `core.graph.draw` was given.
        rows: for each commit the lines of text beside it.
    """
    from pggit.core.graph import draw

    for drawn, text in zip(draw([(c.hash, c.parents) for c in commits]), rows, strict=True):
        yield _beside(drawn.row, text[0] if text else "")
        rest = list(text[1:])
        for prefix in drawn.after:
            yield _beside(prefix, rest.pop(0) if rest else "")
        for line in rest:
            yield _beside(drawn.continued, line)


def _beside(prefix: str, text: str) -> str:
    return f"{prefix or ' '} {text}".rstrip()


def _refs(out: Output, commit: Commit, current: str | None) -> str:
    """Return the refs at a commit as git writes them: ``(HEAD -> main, tag: v1)``."""
    if not commit.refs:
        return ""
    parts = []
    for ref in commit.refs:
        section, _, name = ref.partition("/")
        if section == "tags":
            parts.append(out.style(f"tag: {name}", "yellow"))
        elif section == "remotes":
            parts.append(out.style(name, "red"))
        elif name and name == current:
            parts.insert(0, out.style("HEAD -> ", "cyan") + out.style(name, "green"))
        else:
            parts.append(out.style(name or ref, "green"))
    return out.style(" (", "yellow") + ", ".join(parts) + out.style(")", "yellow")
