"""Resolving a conflict by SQL: it runs on the merged schema, in a scratch database, and what it makes is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pggit.apply.trial import fill
from pggit.core.diff import diff
from pggit.core.errors import Refused, UsageError
from pggit.core.results import Change
from pggit.repo import merges
from pggit.sandbox.ownership import of_the_database
from pggit.sandbox.sandbox import open_sandbox
from pggit.settings import load
from pggit.work.merge.merge import bases_of, merge_of
from pggit.work.merge.opened import choices_of, chosen, required, taking

if TYPE_CHECKING:
    from pggit.repo.repository import Repository


def resolve_by_sql(
    repository: Repository,
    object: str,
    text: str,
    *,
    name: str = "script",
    reason: str | None = None,
    author: str | None = None,
) -> str:
    """Resolve one conflict of the open merge by SQL.

    Args:
        repository: the tracked database.
        object: name of what is in conflict.
        text: SQL that changes it from how our side has it to how it shall be.
        name: what messages call the text: the path of the file.
        reason, author: for the record.

    Returns:
        The key of the conflict.

    Raises:
        Refused: no merge is open; the merged schema does not load.
        NotFound: no conflict is about the object.
        UsageError: several are; the SQL changes something else, or nothing.
        SqlFailed: a statement of the SQL failed.
    """
    kept = required(repository)
    keys = chosen(kept, [object], None)
    if len(keys) > 1:
        raise UsageError(f"{object} names several conflicts: {', '.join(keys)}")
    (conflict,) = (one for one in kept.conflicts if one.key == keys[0])
    choices = {**choices_of(kept), conflict.key: taking(conflict, "ours")}
    bases = bases_of(repository, kept.ours, kept.theirs)
    _, merged = merge_of(repository, bases, kept.ours, kept.theirs, choices)
    with open_sandbox(repository.connection, trust=load().trust_source) as sandbox:
        fill(sandbox, of_the_database(merged.state))
        before = sandbox.read()
        sandbox.run_script(text, name)
        changes = diff(before, sandbox.read())
    objects = _objects(changes, {conflict.group, *(group for group, _ in conflict.together)}, name)
    merges.resolve(repository, [{"key": conflict.key, "choice": "sql", "objects": objects}], reason, author=author)
    return conflict.key


def _objects(changes: list[Change], groups: set[str], name: str) -> dict[str, Any]:
    """Return what changed in some groups: by group and key the definition, or None."""
    if not changes:
        raise UsageError(f"{name} changes nothing", hint="pggit resolve OBJECT --ours takes our side.")
    others = [change.key for change in changes if change.group not in groups]
    if others:
        raise Refused(
            f"{name} also changes {', '.join(others[:5])}",
            hint=f"Only {' and '.join(sorted(groups))} may change here; the rest is a commit of its own.",
        )
    found: dict[str, Any] = {}
    for change in changes:
        found.setdefault(change.group, {})[change.key] = change.new
    return found
