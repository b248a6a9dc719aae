"""`deploy`: a remote database is brought to a state, or left as it was."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.apply import check, journal
from pggit.apply.journal import RanBy
from pggit.apply.lock import deployer_lock
from pggit.apply.look import look
from pggit.apply.results import Event
from pggit.apply.run import apply
from pggit.core.diff import diff
from pggit.core.errors import ConnectionFailed, PgGitError, Refused
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.db.connect import scratch_url
from pggit.db.redact import redact_url
from pggit.db.sqlstate import translated
from pggit.kinds.reader import read_state
from pggit.plan.make import plan as make
from pggit.plan.model import Plan
from pggit.settings import Settings, load
from pggit.work.deploy.back import SOURCE, WAY_BACK, come_back, listed
from pggit.work.deploy.backup import Backup, back_up, schema_in
from pggit.work.deploy.files import of_environment
from pggit.work.deploy.proof import proof, require_proven
from pggit.work.deploy.reach import Reach
from pggit.work.deploy.record import forget, recall, remember
from pggit.work.deploy.results import Deployed, How, LeftMidway
from pggit.work.deploy.target import Target

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.apply.look import Look
    from pggit.repo.repository import Repository

_PLAINLY = How()


def deploy(
    state: str,
    target: Target,
    *,
    repository: Repository | None = None,
    settings: Settings | None = None,
    how: How = _PLAINLY,
) -> Deployed:
    """Bring a remote database to a state: planned, proven, backed up, applied, looked at again.

    Where a statement fails, what the plan did is taken back, and looked at. A connection that breaks is made anew, and
    the plan goes on. If this process dies, the same call finishes what it began.

    Args:
        state: any state expression.
        target: the remote.
        repository: the tracked database, for names of commits; None where there is none.
        settings: those in force; None: those of the current directory.
        how: see there.

    Raises:
        Refused: the remote is protected; the plan is not proven; a hazard is not allowed; somebody else's plan is not
            done there; somebody changed it meanwhile.
        BreakerOpen: the remote failed too often just now.
        LeftMidway: a statement failed, and what was done could not be taken back.
        PgGitError: as `plan`, `write_archive` and `apply` do; of `apply` the message says that all was taken back.
    """
    if target.protected and not how.dry_run:
        raise Refused(
            f"{target.protected} is protected: nothing is deployed there",
            hint="Take protected = true out of .pggit.toml to allow it. --dry-run shows the plan.",
        )
    settings = settings or load()
    environment = settings.environments.get(target.environment or "")
    with of_environment(state, environment, settings.project) as files:
        return _Deployment(state, files, target, repository, settings, how).run()


class _Deployment:
    """One deployment: what it knows of the remote, and how far it is."""

    def __init__(
        self, state: str, files: str, target: Target, repository: Repository | None, settings: Settings, how: How
    ) -> None:
        self.state = state
        self.files = files  # the state, without the files that do not belong to the environment
        self.target = target
        self.repository = repository
        self.settings = settings
        self.how = how
        self.reach = Reach(target, how.tell, look_only=how.dry_run)
        self.database = ""
        self.start: State | None = None  # where the plan starts; None where an earlier process began it
        self.prepared = False
        self.applying = False
        self.backup: Backup | None = None
        self.proof = "skipped"

    def run(self) -> Deployed:
        """Do all of it."""
        begun = time.monotonic()
        plan, interrupted = self.reach.persevering(self._planned)
        self.reach.breaker.succeeded()
        if interrupted:
            what = "the way back of one" if plan.source == WAY_BACK else f"one of {plan.target}"
            self.how.tell(f"a deployment was interrupted: {what} is finished first")
        if interrupted and not self.how.dry_run:
            done = self._finish(plan)
            rest = _Deployment(self.state, self.files, self.target, self.repository, self.settings, self.how).run()
            both = done.statements + rest.statements
            return replace(
                rest, already=False, resumed=True, statements=both, backup=rest.backup or done.backup,
                from_hash=plan.from_hash, seconds=time.monotonic() - begun,
            )  # fmt: skip
        if not plan.statements:
            done = self._deployed(plan, proof="not needed")
        elif self.how.dry_run:
            done = self._dry(plan)
        else:
            done = self._finish(plan)
        return replace(done, seconds=time.monotonic() - begun)

    def _planned(self, connection: Connection) -> tuple[Plan, bool]:
        """Return the plan, and whether it was begun already and interrupted. Nobody else is applying meanwhile."""
        self.database = connection.info.dbname
        with deployer_lock(connection, self.how.lock_wait, self._waiting):
            position = journal.read(connection)
            if position is None:
                return self._made(), False
            if position.owner == "deploy":
                return journal.plan_of(connection), True
            raise Refused(
                f"another plan ({position.plan[:10]}) was begun there at {position.started_at} by {position.started_by}"
                f" and is not done: it stopped before statement {position.next + 1} of {position.of}",
                hint=f"{position.command} finishes it there, pggit --db URL apply --abandon gives it up.",
            )

    @property
    def _ran_by(self) -> RanBy:
        return RanBy("deploy", f"pggit deploy {redact_url(self.state)} --to {redact_url(self.target.name)}")

    def _made(self) -> Plan:
        how = self.how
        made = make(
            self.target.url, self.files, self.repository, rename=how.rename, ignore=how.ignore, online=how.online,
            settings=self.settings,
        )  # fmt: skip
        return replace(made, source=f"{SOURCE} to {self.target.name}", target=redact_url(self.state))

    def _dry(self, plan: Plan) -> Deployed:
        def looked(connection: Connection) -> Look:
            return look(connection, plan, allow=self.how.allow, lock_wait=self.how.lock_wait)

        found = self.reach.persevering(looked)
        return replace(self._deployed(plan), steps=found.steps, checked=found.checked)

    def _finish(self, plan: Plan) -> Deployed:
        """Run a plan, with all that goes before and after."""
        allow = {*self.how.allow, *(["data-loss"] if plan.source == WAY_BACK else [])}
        check.allowed(plan, allow)
        self.how.agree(plan, self.database)
        secrets = self.how.secrets(plan)
        try:
            self.reach.persevering(lambda connection: self._go(connection, plan, secrets, allow))
        except PgGitError as error:
            if not self.applying:
                raise
            raise self._taken_back(error, plan, secrets) from error
        self.reach.breaker.succeeded()
        forget(self.target)
        return self._deployed(plan)

    def _go(self, connection: Connection, plan: Plan, secrets: Mapping[str, str], allow: Collection[str]) -> None:
        """Prepare, apply, look; called again after a lost connection it goes on."""
        how = self.how
        with deployer_lock(connection, how.lock_wait, self._waiting):
            begun = journal.read(connection) is not None
            if not begun:
                found = self._read(connection, plan)
                if not check.begins(meaning(found), plan):
                    return
                self.start = found
            if not self.prepared:
                self._prepare(connection, plan, begun=begun)
            self.applying = True
            apply(
                connection, plan, allow=allow, secrets=secrets, progress=how.progress, lock_wait=how.lock_wait,
                patience=how.patience, ran_by=self._ran_by, made_here=True,
            )  # fmt: skip
            check.arrived(check.live_hash(connection, plan), plan, "what it did is done")

    def _prepare(self, connection: Connection, plan: Plan, *, begun: bool) -> None:
        """Prove the plan and make the backup, and remember it; of what was begun before there may be a backup."""
        if self.how.prove and not begun:
            verdict = proof(plan, connection, self.files, self.repository, self.settings)
            self.how.proven(verdict)
            require_proven(verdict)
            self.proof = "proven"
        if begun:
            self.backup = recall(self.target, plan)
        if self.backup is None and self.target.backup != "none":
            major = connection.info.server_version // 10000
            self.backup = back_up(self.target, major, self._read(connection, plan))
            self.how.tell(f"backup {self.backup.file} ({self.backup.bytes} bytes), read again")
        remember(self.target, plan, self.backup)
        self.prepared = True

    def _taken_back(self, error: PgGitError, plan: Plan, secrets: Mapping[str, str]) -> PgGitError:
        """Take back what a failed plan did; returns the error to raise."""

        def back(connection: Connection) -> int:
            self.start = self.start or self._start_in_backup(connection, plan)
            how = self.how
            return come_back(
                connection, plan, self.start, secrets=secrets, lock_wait=how.lock_wait, ran_by=self._ran_by,
                scratch=scratch_url(self.settings), progress=how.progress,
            )  # fmt: skip

        try:
            if isinstance(error, ConnectionFailed):
                raise Refused("there is no connection")
            taken = self.reach.persevering(back)
        except PgGitError as second:
            return self._left(error, second, plan)
        self.reach.breaker.succeeded()
        forget(self.target)
        name, at = self.target.name, plan.from_hash[:10]
        if taken:
            told = f"{taken} {'statement' if taken == 1 else 'statements'} took it back: {name} is at {at} as before"
        else:
            told = f"all was rolled back: {name} is at {at} as before"
        error.message = f"{error.message}; {told}"
        error.args = (error.message,)
        error.hint = self._about_rows(plan) if taken else None
        return error

    def _start_in_backup(self, connection: Connection, plan: Plan) -> State:
        """Return where a plan starts that an earlier process began: what its backup has.

        Raises:
            Refused: there is no backup of that moment.
        """
        unknown = "an earlier process began it, and what was there before is not known"
        if self.backup is None or not self.backup.earlier:
            raise Refused(unknown)
        found = schema_in(self.backup, connection, optional=plan.optional)
        if meaning(found) != plan.from_hash:
            raise Refused(f"{unknown}: the backup has another schema")
        return found

    def _left(self, error: PgGitError, second: PgGitError, plan: Plan) -> LeftMidway:
        again = "The same command goes on from there." if isinstance(error, ConnectionFailed) else ""
        return LeftMidway(
            f"{error.message}; it was not taken back: {second.message}; {self._whereabouts(plan)}",
            hint=" ".join(part for part in (again, self._about_rows(plan), self._about_backup()) if part),
        )

    def _whereabouts(self, plan: Plan) -> str:
        """Name the state that the remote is in."""
        name = self.target.name
        with suppress(PgGitError):
            found = self.reach.persevering(lambda connection: self._read(connection, plan))
            differs = f": {listed(diff(self.start, found))}" if self.start else ""
            return (
                f"{name} is at {meaning(found)[:10]} now, it was at {plan.from_hash[:10]}{differs}"
            )  # fmt: skip
        return f"where {name} is now is not known, it was at {plan.from_hash[:10]}"

    def _about_rows(self, plan: Plan) -> str | None:
        if "data-loss" not in plan.hazards:
            return None
        place = f"in the backup {self.backup.file}" if self.backup else "nowhere: there is no backup"
        return f"Rows and values that the plan deleted are {place}."

    def _about_backup(self) -> str:
        return f"The backup is {self.backup.file}." if self.backup else "There is no backup."

    def _read(self, connection: Connection, plan: Plan) -> State:
        with translated():
            return read_state(connection, optional=plan.optional)

    def _waiting(self, seconds: float, who: str) -> None:
        if self.how.progress:
            self.how.progress(Event("waiting", 0, 0, seconds=seconds, note=who))

    def _deployed(self, plan: Plan, *, proof: str | None = None) -> Deployed:
        already = not plan.statements or not (self.applying or self.how.dry_run)
        return Deployed(
            remote=self.target.name,
            database=self.database,
            state=redact_url(self.state),
            already=already,
            dry_run=self.how.dry_run,
            from_hash=plan.from_hash,
            hash=plan.to_hash,
            plan=plan.hash,
            statements=0 if already else len(plan.statements),
            backup=self.backup,
            proof=proof or self.proof,
            resumed=False,
            reconnects=self.reach.lost,
            seconds=0.0,
        )
