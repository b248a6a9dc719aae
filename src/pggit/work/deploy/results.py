"""What a deployment reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pggit.apply.prove.verdict import Verdict
from pggit.apply.results import Progress
from pggit.apply.retry import Patience
from pggit.apply.run import LOCK_WAIT
from pggit.apply.steps import Step
from pggit.core.errors import Refused
from pggit.plan.model import Plan
from pggit.work.deploy.backup import Backup

_NOBODY: Mapping[str, str] = {}


class LeftMidway(Refused):
    """A deployment failed, and the remote could not be brought back to where it was."""

    code = "left_midway"


@dataclass(frozen=True, slots=True)
class How:
    """How a deployment goes.

    Attributes:
        dry_run: plan and check, change nothing.
        prove: prove the plan on a clone before it is run.
        allow: hazards that may be.
        ignore: what is left as it is, as `Ignore` takes it.
        rename: (old, new) names of what is one object.
        online: make type changes that rewrite by a new column, a trigger and a backfill.
        secrets: the values of the plan's secrets by their labels; called with the plan.
        agree: called with the plan and the name of the database before anything is done; raises where it shall not be.
        proven: called with the verdict.
        progress: called with each event of the run.
        tell: called with a sentence about what happens beside it.
        lock_wait: seconds to wait for somebody else who is applying.
        patience: how often and how long a step is tried that does not get its locks.
    """

    dry_run: bool = False
    prove: bool = True
    allow: Collection[str] = ()
    ignore: Iterable[str] = ()
    rename: Iterable[tuple[str, str]] = ()
    online: bool = False
    secrets: Callable[[Plan], Mapping[str, str]] = lambda plan: _NOBODY
    agree: Callable[[Plan, str], None] = lambda plan, database: None
    proven: Callable[[Verdict], None] = lambda verdict: None
    progress: Progress | None = None
    tell: Callable[[str], None] = lambda text: None
    lock_wait: float = LOCK_WAIT
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did.

    Attributes:
        remote: what the remote is called.
        database: name of its database.
        state: the state that it was brought to, as it was named.
        already: it was there before; nothing was changed and no backup was made.
        dry_run: nothing was changed, because only that was asked for.
        from_hash: semantic hash of its state before.
        hash: semantic hash that was read at the end; of a dry run that which the plan leads to.
        plan: hash of the plan.
        statements: how many statements were run; of a dry run how many would be.
        backup: the backup, None where none was made.
        proof: ``proven``, ``skipped`` (not wanted, or not possible any more), ``not needed``.
        resumed: an interrupted deployment was finished first.
        reconnects: how often the connection was lost.
        seconds: that it took.
        steps: of a dry run, what would be run.
        checked: of a dry run, the rights that were looked at.
    """

    remote: str
    database: str
    state: str
    already: bool
    dry_run: bool
    from_hash: str
    hash: str
    plan: str
    statements: int
    backup: Backup | None
    proof: str
    resumed: bool
    reconnects: int
    seconds: float
    steps: tuple[Step, ...] = ()
    checked: tuple[str, ...] = ()
