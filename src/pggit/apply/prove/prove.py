"""Proving a plan: it is applied to a clone, and the clone is looked at by all that can tell (DESIGN §4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.apply.prove import rows as rows_of
from pggit.apply.prove.clone import cloned
from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.apply.prove.ignoring import dump_options
from pggit.apply.prove.rows import Print
from pggit.apply.prove.seed import quiet, seed
from pggit.apply.prove.survivors import Table, survivors
from pggit.apply.prove.verdict import CHECKS, ON, Rows, Verdict
from pggit.core.diff import diff
from pggit.core.errors import PgGitError, Refused
from pggit.core.results import Check
from pggit.core.state import State
from pggit.core.tree import meaning
from pggit.db.connect import connection_url
from pggit.db.dump import NoDumpProgram, dump, dump_program
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.reader import read_state
from pggit.plan.ignore import Ignore
from pggit.plan.live import measure
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan
from pggit.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from psycopg import Connection

_SHOWN = 12
_LONGEST = 400


def prove(
    plan: Plan,
    source: Connection | Sandbox,
    target: Connection | Sandbox,
    *,
    rows: Rows = "seeded",
    apply: Callable[[Sandbox, Plan], object],
    plan_again: Callable[[State], int],
    only: Callable[[str, str], bool] | None = None,
    server: str | None = None,
    trust: bool = False,
) -> Verdict:
    """Apply a plan to a clone of the database that it is for, and say whether it does what it must.

    The live database is only read; the clone is a scratch database on its server, or on another that was named.

    Args:
        plan: what is to be proven.
        source: to the live database, in autocommit mode and in no transaction; or a scratch database.
        target: likewise, to a database that is as the plan shall make it.
        rows: ``none``: the clone has no rows; ``seeded``: rows made for it; ``real``: those of the live database.
        apply: runs the plan in a database.
        plan_again: given the state of the clone, plans from there to the target; returns how many statements that
            takes.
        only: as `make_plan` takes it, where the plan was made with it: SQL files need not state owners and grants,
            which then are not compared by ``pg_dump``.
        server: a connection string to another server on which the clone is made, of the same major version.
        trust: run the plan with the caller's own rights.

    Returns:
        The verdict. What fails is told there, and not raised.
    """
    with ExitStack() as stack:
        return _Proof(plan, source, target, rows, only, stack, server, trust).run(apply, plan_again)


class _Proof:
    """One proof: the checks so far, and what they looked at."""

    def __init__(
        self,
        plan: Plan,
        source: Connection | Sandbox,
        target: Connection | Sandbox,
        rows: Rows,
        only: Callable[[str, str], bool] | None,
        stack: ExitStack,
        server: str | None,
        trust: bool,
    ) -> None:
        self.plan = plan
        self.source = source
        self.target = target
        self.rows = rows
        self.only = only
        self.stack = stack
        self.server = server
        self.trust = trust
        self.found: dict[str, Check] = {}
        self.notes: list[str] = []
        self.unexercised: list[str] = []
        self.goal = State()
        self.tables: list[Table] = []
        self.before: dict[str, Print] = {}

    def run(self, apply: Callable[[Sandbox, Plan], object], plan_again: Callable[[State], int]) -> Verdict:
        """Go through the checks, each of them only where it makes sense after those before it."""
        applied = (
            self._check("target", self._target)
            and self._check("clone", self._clone)
            and self._check("apply", lambda: self._apply(apply))
        )
        if applied:
            self._check("re-read", self._read_again)
            self._check("second plan", lambda: self._plan_again(plan_again))
        if applied and self.rows != "none":
            self._check("rows", self._rows)
        if applied:  # last, as nothing can be run in what is dumped
            self._check("dump", self._dump)
        checks = tuple(self.found.get(name) or Check(name, "skipped", self._why_not(name)) for name in CHECKS)
        return Verdict(checks, ON[self.rows], (*self.unexercised, *_never_exercised(self.plan)), tuple(self.notes))

    def _check(self, name: str, body: Callable[[], str | None]) -> bool:
        """Do a check: its body returns a remark, or raises what is wrong."""
        try:
            with translated():
                said = body()
        except NoDumpProgram as error:
            self.found[name] = Check(name, "skipped", error.message)
            return False
        except PgGitError as error:
            self.found[name] = Check(name, "failed", error.message)
            return False
        self.found[name] = Check(name, "ok", said or CHECKS[name])
        return True

    def _why_not(self, name: str) -> str:
        if name == "rows" and self.rows == "none":
            return "the clone has no rows"
        return f"not done, because {next(n for n, check in self.found.items() if check.status != 'ok')} is not ok"

    def _target(self) -> None:
        ours, theirs = (_own(one).info.server_version // 10000 for one in (self.source, self.target))
        if not ours == theirs == self.plan.major:
            raise Refused(f"the plan is for PostgreSQL {self.plan.major}, the servers are {ours} and {theirs}")
        self.goal = self._read(self.target)
        found = self._end()
        if found != self.plan.to_hash:
            raise Refused(
                f"{self.plan.target or 'the target'} is {found[:10]} now, the plan leads to {self.plan.to_hash[:10]}:"
                " make it again"
            )

    def _end(self) -> str:
        """Return the hash of where a plan to the target leads now."""
        plan = self.plan
        return make_plan(
            self._read(self.source),
            self.goal,
            major=plan.major,
            only=self.only,
            role=plan.role,
            optional=plan.optional,
            ignore=Ignore(plan.ignored),
            rename=plan.renames,
            choose=None,
        ).to_hash

    def _clone(self) -> str | None:
        outside = [
            f"{number}: {statement.verb} {statement.key}"
            for number, statement in enumerate(self.plan.statements, 1)
            if _is_outside(statement.key)
        ]
        if outside:
            raise Refused(f"this is not of one database, so no clone can have it to itself: {'; '.join(outside)}")
        if isinstance(self.source, Sandbox):
            self.source.finish()
        made = cloned(
            self.source,
            rows=self.rows == "real",
            server=self.server,
            trust=self.trust,
            stands_for=self.plan.role,
        )
        self.clone = self.stack.enter_context(made)
        live, copy = (_read(one) for one in (self.source, self.clone))
        if meaning(live) != meaning(copy):
            raise Refused(_listed("the clone is not as the live database", _differences(copy, live)))
        if self.rows == "seeded":
            with quiet(self.clone):
                seeded = seed(self.clone.connection, filled=set(_never_null(self.goal, self.plan.renames)))
            self.unexercised += [f"no row could be made for {told}" for told in seeded.empty]
            return f"{CHECKS['clone']}, with {seeded.rows} rows made for {seeded.tables} tables"
        return None

    def _apply(self, apply: Callable[[Sandbox, Plan], object]) -> str:
        if self.rows != "none":
            state = self._read(self.clone)
            self.tables = survivors(self.plan, state, self.goal, self._empty(state))
            self.before = rows_of.fingerprints(self.clone.connection, self.tables)
        apply(self.clone, self.plan)
        return f"{CHECKS['apply']}: {len(self.plan.statements)}"

    def _empty(self, state: State) -> list[str]:
        """Return the tables of which the plan drops something, and that hold no row in the live database."""
        dropped = {statement.key for statement in self.plan.statements if statement.verb == "drop"}
        groups = [group for group, members in state.groups.items() if dropped & members.keys()]
        return [group for group, size in measure(_own(self.source), groups).items() if size.empty]

    def _read_again(self) -> None:
        state = self._read(self.clone)
        if meaning(state) != self.plan.to_hash:
            raise Refused(_listed("the clone is not as the plan says", _differences(state, self.goal, self.only)))

    def _dump(self) -> None:
        ignored = self.plan.ignored
        if self.only is not None:
            self.unexercised.append("owners and grants were compared by re-reading alone: files need not state them")
            ignored = tuple({*ignored, "owner", "acl"})
        options = (*OPTIONS, "--no-subscriptions", *dump_options(ignored))
        program = dump_program(self.plan.major)
        found = compare(*(_dumped(one, program, options) for one in (self.clone, self.target)))
        self.notes += [f"the columns of {name} are in another order" for name in found.column_order]
        if not found.equal:
            extra = [f"only of the clone: {text}" for text in found.only_first]
            missing = [f"only of the target: {text}" for text in found.only_second]
            raise Refused(_listed("pg_dump writes otherwise", [*extra, *missing]))

    def _plan_again(self, plan_again: Callable[[State], int]) -> None:
        if left := plan_again(self._read(self.clone)):
            raise Refused(f"a second plan has {left} statements")

    def _rows(self) -> str:
        found = rows_of.compare(self.clone.connection, self.tables, self.before)
        self.notes += [f"values were converted: {told}" for told in found.converted]
        if self.rows == "real":
            self.unexercised += [f"{name} has no rows" for name, taken in self.before.items() if not taken.rows]
        if found.lost:
            raise Refused(_listed("rows are lost of which the plan does not say so", found.lost))
        return f"{CHECKS['rows']}: {found.rows} of {sum(bool(taken.rows) for taken in self.before.values())} tables"

    def _read(self, of: Connection | Sandbox) -> State:
        return _read(of, optional=self.plan.optional)


def _read(of: Connection | Sandbox, *, optional: bool = False) -> State:
    return of.read(optional=optional) if isinstance(of, Sandbox) else read_state(of, optional=optional)


def _own(of: Connection | Sandbox) -> Connection:
    return of.own if isinstance(of, Sandbox) else of


def _dumped(of: Connection | Sandbox, program: Path, options: Sequence[str]) -> str:
    if isinstance(of, Sandbox):
        of.finish()
        return of.dump(program, *options)
    return dump(program, connection_url(of), *options)


def _never_null(goal: State, renames: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the columns that the plan leaves NOT NULL, by the names that they have before it."""
    for group, key in goal.keys():
        if not key.startswith("column ") or "not_null" not in goal.definition(group, key):
            continue
        name = key.partition(" ")[2]
        for old, new in reversed(renames):
            before, after = (end.partition(" ")[2] for end in (old, new))
            if name == after or name.startswith(f"{after}."):
                name = before + name[len(after) :]
        yield name


def _is_outside(key: str) -> bool:
    """Whether an object is not of the database alone: a role; a subscription, which has its slot on another server."""
    try:
        kind, identity = kind_of_key(key)
        return kinds()[kind].optional or (not kinds()[kind].source and _is_outside(identity))
    except ValueError:
        return False


def _never_exercised(plan: Plan) -> Iterator[str]:
    """Yield what no clone shows of this plan."""
    alone = [number for number, statement in enumerate(plan.statements, 1) if statement.transaction == "none"]
    if alone:
        yield f"nobody else used the clone while statements {', '.join(map(str, alone))} ran outside of a transaction"
    if plan.statements:
        yield "waiting for locks, and how long statements take on the live database"
    secrets = sorted({label for statement in plan.statements for label in statement.secrets})
    if secrets:
        yield f"secrets, for which placeholders stood: {'; '.join(secrets)}"


def _differences(found: State, wanted: State, only: Callable[[str, str], bool] | None = None) -> list[str]:
    verbs = {"create": "has no", "drop": "has", "alter": "has another"}
    return [f"it {verbs[change.verb]} {change.key}" for change in diff(found, wanted, only=only)]


def _listed(what: str, said: list[str] | tuple[str, ...]) -> str:
    shown = [text if len(text) <= _LONGEST else text[:_LONGEST] + " …" for text in said[:_SHOWN]]
    more = [f"… and {len(said) - _SHOWN} more"] if len(said) > _SHOWN else []
    return "\n  ".join([f"{what}:", *(text.replace("\n", "\n    ") for text in (*shown, *more))])
