"""`merge`: what another commit changed since the histories parted is put on HEAD, and the live schema follows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pggit.core.diff import diff, with_renames
from pggit.core.errors import Refused
from pggit.core.merge import Choices, Conflict, Merged
from pggit.core.state import State
from pggit.kinds import renamable
from pggit.plan.planner import make_plan
from pggit.repo import merges
from pggit.repo.protection import require_direct
from pggit.repo.requests import require_request
from pggit.work.change import PLAINLY, How, alone, call, change, interrupted, resume
from pggit.work.merge.base import base_state
from pggit.work.merge.build import Built, built
from pggit.work.merge.follow import merge_in
from pggit.work.merge.opened import choices_of, open_merge, taking
from pggit.work.merge.results import Checked, MergeDone, Outcome
from pggit.work.merge.rules import Finding, findings
from pggit.work.switch import require_committed

if TYPE_CHECKING:
    from pggit.core.results import Status
    from pggit.plan.model import Plan
    from pggit.repo.repository import Repository

Strategy = Literal["stop", "ours", "theirs", "fail"]
_NOTHING: Choices = {}


@dataclass(frozen=True, slots=True)
class Want:
    """What is wanted of a merge.

    Attributes:
        message: of the commit; None: it names what is merged.
        author: of the commit; None: the role.
        fast_forward: whether HEAD may simply move where it is an ancestor of the other.
        apply: whether the live schema follows.
        plan: whether to return the plan from our commit to the merged state.
        strategy: what becomes of conflicts: ``stop`` keeps the merge open until they are resolved, ``ours`` and
            ``theirs`` take one side, ``fail`` forgets the merge.
        accept: names of rules whose findings are let through.
        reason: why they are; it goes to the message of the commit.
        request: whether a request is merged, so that the current branch may be a protected one.
    """

    message: str | None = None
    author: str | None = None
    fast_forward: bool = True
    apply: bool = True
    plan: bool = False
    strategy: Strategy = "stop"
    accept: Collection[str] = ()
    reason: str = ""
    request: bool = False


PLAIN = Want()


def merge(repository: Repository, name: str, want: Want = PLAIN, *, how: How = PLAINLY) -> MergeDone:
    """Merge a commit into HEAD.

    Rows and values that go are kept in schema ``pggit_stash``. If it is interrupted, the same call finishes it.

    Args:
        repository: the tracked database.
        name: the commit: a branch, a tag, as `Repository.commit_info` takes it.
        want: see there.
        how: see there.

    Raises:
        NotFound: there is no such commit.
        Refused: something is not committed, another merge is open, the histories have no commit in common; the current
            branch is protected.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        theirs = repository.commit_info(name).hash
        command = f"merge {theirs}"
        begun = interrupted(repository, command)
        if begun:
            return _resumed(repository, begun, theirs, how)
        if not want.request:
            require_direct(repository, f"pggit request open {name}, then pggit request merge.")
        status = repository.status()
        if open_merge(repository) is not None:
            raise Refused("a merge is open", hint="pggit merge --continue ends it, pggit merge --abort gives it up.")
        require_committed(status.changes)
        ours = repository.commit_info().hash
        bases = bases_of(repository, ours, theirs)
        if theirs in bases:
            return MergeDone("up to date", ours, theirs)
        run = _Run(repository, ours, theirs, name, want, how, status)
        if ours in bases and want.fast_forward:
            return run.fast_forward()
        merged = run.merged(bases)
        if not merged.left:
            return run.conclude(merged.built)
        if want.strategy == "stop" and not how.dry_run:
            found = [told(conflict) for conflict in merged.conflicts]
            merges.start(repository, theirs, name, run.message, found, author=want.author)
        return MergeDone("conflicts", ours, theirs, conflicts=merged.left)


def continue_merge(repository: Repository, want: Want = PLAIN, *, how: How = PLAINLY) -> MergeDone:
    """End the open merge, all conflicts of which are resolved.

    Raises:
        Refused: none is open; HEAD moved; something is not committed.
        PgGitError: as `pggit.apply.run.apply` does.
    """
    with alone(repository, how):
        kept = open_merge(repository)
        if kept is None:
            raise Refused("no merge is open")
        begun = interrupted(repository, f"merge {kept.theirs}")
        if begun:
            return _resumed(repository, begun, kept.theirs, how)
        require_direct(repository)
        status = repository.status()
        if status.head != kept.ours:
            raise Refused(
                f"HEAD was at {kept.ours[:10]} when the merge began", hint="pggit merge --abort, and merge again."
            )
        require_committed(status.changes)
        want = replace(want, message=want.message or kept.message)
        run = _Run(repository, kept.ours, kept.theirs, kept.name, want, how, status)
        bases = bases_of(repository, kept.ours, kept.theirs)
        merged = run.merged(bases, choices_of(kept))
        if not merged.left:
            return run.conclude(merged.built)
        if not how.dry_run:
            merges.put_conflicts(repository, kept.id, [told(conflict) for conflict in merged.conflicts])
        return MergeDone("conflicts", kept.ours, kept.theirs, conflicts=merged.left)


def check(repository: Repository, a: str, b: str) -> Checked:
    """Say what merging ``b`` into ``a`` would come to. Nothing is changed.

    Raises:
        NotFound: there is no such commit.
        Refused: the histories have no commit in common.
    """
    ours, theirs = (repository.commit_info(name).hash for name in (a, b))
    return checked(repository, ours, theirs)[0]


def checked(repository: Repository, ours: str, theirs: str) -> tuple[Checked, State, State]:
    """Return what `check` says of two commits (hashes), our state, and the merged one."""
    bases = bases_of(repository, ours, theirs)
    if theirs in bases:
        mine = repository.load(ours)
        return Checked("up to date", ours, theirs, (), ()), mine, mine
    mine, merged = merge_of(repository, bases, ours, theirs, _NOTHING)
    made = Built(merged.state, None, merged.conflicts) if merged.conflicts else built(repository, merged)
    changes = tuple(with_renames(diff(mine, made.state), renamable))
    broken: list[Finding] = []
    outcome: Outcome = "fast-forward" if ours in bases else "merged"
    if made.conflicts:
        outcome = "conflicts"
    elif made.refused:
        outcome = "does not load"
    elif broken := findings(mine, repository.load(theirs, like=mine), made.state):
        outcome = "findings"
    return Checked(outcome, ours, theirs, made.conflicts, changes, made.refused, tuple(broken)), mine, made.state


def plan_to(repository: Repository, mine: State, state: State, source: str, target: str) -> Plan:
    """Return the plan from our commit to a merged state, for a database that is at our commit."""
    optional = "include_kinds" in repository.settings()
    return make_plan(mine, state, major=repository.major, source=source, target=target, optional=optional)


def differing(ours: State, state: State) -> dict[str, dict[str, Any] | None]:
    """Return the groups of a state that are not as in ours, with their definitions."""
    return {
        group: {key: json.loads(state.blobs[exact]) for key, exact in members.items()} if members else None
        for group in sorted(ours.groups.keys() | state.groups.keys())
        if (members := state.groups.get(group)) != ours.groups.get(group)
    }


def bases_of(repository: Repository, ours: str, theirs: str) -> list[str]:
    """Return the best common ancestors of two commits.

    Raises:
        Refused: they have none.
    """
    bases = repository.merge_base(ours, theirs)
    if not bases:
        raise Refused(f"{ours[:10]} and {theirs[:10]} have no commit in common")
    return bases


def merge_of(
    repository: Repository, bases: list[str], ours: str, theirs: str, choices: Choices
) -> tuple[State, Merged]:
    """Return our state, and the merged one."""
    mine = repository.load(ours)
    other = repository.load(theirs, like=mine)
    base = base_state(repository, bases, like=other)
    return mine, merge_in(repository, base, mine, other, choices)


def _resumed(repository: Repository, begun: Plan, theirs: str, how: How) -> MergeDone:
    done = resume(repository, begun, how)
    head = repository.commit_info()
    outcome: Outcome = "fast-forward" if head.hash == theirs else "merged"
    return MergeDone(outcome, head.parents[0], theirs, head.hash, changed=done)


def told(conflict: Conflict) -> Mapping[str, Any]:
    return {
        "key": conflict.key,
        "group_key": conflict.group,
        "class": conflict.name,
        "attributes": conflict.attributes,
        "base": conflict.base,
        "ours": conflict.ours,
        "theirs": conflict.theirs,
        "together": conflict.together,
        "message": conflict.message,
    }


@dataclass(frozen=True, slots=True)
class _Merged:
    """What came of two states and choices.

    Attributes:
        built: the merged schema, built where no conflict was in the way.
        conflicts: all of them.
        left: those for which nothing is chosen.
    """

    built: Built
    conflicts: tuple[Conflict, ...]
    left: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """One merge under way."""

    repository: Repository
    ours: str
    theirs: str
    name: str
    want: Want
    how: How
    status: Status

    @property
    def message(self) -> str:
        """Message of the commit."""
        return self.want.message or f"Merge {self.name} into {self.status.branch or 'HEAD'}"

    def fast_forward(self) -> MergeDone:
        """Move HEAD along; there is nothing to merge."""
        said = f"merge {self.name}: Fast-forward"
        state = self.repository.load(self.theirs)
        return self._move("fast-forward", state, self.theirs, said)

    def merged(self, bases: list[str], choices: Choices = _NOTHING) -> _Merged:
        """Merge the two states, and build what comes of it."""
        chosen = dict(choices)
        while True:  # what is chosen of a name may show other conflicts
            _, made = merge_of(self.repository, bases, self.ours, self.theirs, chosen)
            tried, left = Built(made.state), _left(made.conflicts, chosen)
            if not left:
                tried = built(self.repository, made)
                left = _left(tried.conflicts, chosen)
            if not left or self.want.strategy not in ("ours", "theirs"):
                return _Merged(tried, (*made.conflicts, *tried.conflicts), left)
            chosen |= {conflict.key: taking(conflict, self.want.strategy) for conflict in left}

    def conclude(self, made: Built) -> MergeDone:
        """Record the merged state, and let the live schema follow."""
        if made.refused:
            return MergeDone("does not load", self.ours, self.theirs, refused=made.refused)
        state = made.state
        mine = self.repository.load(self.ours)
        broken = findings(mine, self.repository.load(self.theirs, like=mine), state)
        if any(one.rule not in self.want.accept for one in broken):
            return MergeDone("findings", self.ours, self.theirs, findings=tuple(broken))
        if self.how.dry_run:
            return replace(self._move("merged", state, self.theirs, ""), findings=tuple(broken))
        message = self.message + _accepted(broken, self.want.reason)
        commit = merges.record(self.repository, self.theirs, differing(mine, state), message, author=self.want.author)
        return replace(self._move("merged", state, commit, f"merge {self.name}"), findings=tuple(broken))

    def _move(self, outcome: Literal["fast-forward", "merged"], state: State, commit: str, said: str) -> MergeDone:
        """Move HEAD to a commit, and the live schema to its state where that is wanted."""
        done = MergeDone(outcome, self.ours, self.theirs, None if self.how.dry_run else commit)
        if self.want.request and not self.how.dry_run:  # a plan of several steps is not begun in vain
            require_request(self.repository, self.ours, commit)
        if self.want.plan:
            mine = self.repository.load(self.ours)
            done = replace(done, plan=plan_to(self.repository, mine, state, self.ours, commit))
        if not self.want.apply:
            if not self.how.dry_run:
                merges.conclude(self.repository, commit, self.ours, said)
            return done
        last = [] if self.how.dry_run else [call("conclude_merge", commit, self.ours, said)]
        changed = change(self.repository, state, f"merge {self.theirs}", self.how, self.status, last=last)
        return replace(done, changed=replace(changed, commit=commit))


def _left(conflicts: tuple[Conflict, ...], chosen: Choices) -> tuple[Conflict, ...]:
    return tuple(conflict for conflict in conflicts if conflict.key not in chosen)


def _accepted(broken: list[Finding], reason: str) -> str:
    """Return what the message of the commit says of findings that were let through."""
    lines = [f"Accepted {one.rule}: {one.key}: {one.message}" for one in broken]
    return "\n\n" + "\n".join([*lines, f"Reason: {reason}"]) if broken else ""
