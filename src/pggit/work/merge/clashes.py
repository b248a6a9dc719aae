"""Which changes of the two sides PostgreSQL does not take together.

The merged schema is built statement by statement. Of what fails the cause is looked for by building it once more
without a change of either side; names only tell which changes are tried first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pggit.apply.secrets import filled
from pggit.apply.session import apply_session
from pggit.apply.trial import PLACEHOLDER
from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.identity import unquote
from pggit.core.merge import Conflict, Merged, take
from pggit.core.results import Change
from pggit.core.state import State
from pggit.db.session import configured, rolled_back
from pggit.kinds import kind_of_key
from pggit.plan.action import Size
from pggit.plan.model import Statement
from pggit.plan.planner import make_plan
from pggit.sandbox.ownership import without_roles
from pggit.work.merge.causes import Cause, causes
from pggit.work.merge.states import WAYS

if TYPE_CHECKING:
    from pggit.sandbox.sandbox import Sandbox

UNKNOWN = "does not load"
"""The class of a conflict whose cause was not found."""
_MOST = 40
"""Of how many changes the cause is looked for among, at most."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A statement that failed, and what PostgreSQL said of it."""

    statement: Statement
    message: str


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A change of one side that may be why something cannot be made."""

    change: Change
    cause: Cause

    @property
    def object(self) -> tuple[str, str]:
        return self.change.group, self.change.key


def clashes(sandbox: Sandbox, merged: Merged) -> tuple[Conflict, ...]:
    """Find what cannot be made of a merged schema, and why.

    Args:
        sandbox: an empty database; it is filled.
        merged: a merged schema that does not load.

    Returns:
        A conflict for each cause. None where the failure is not about the merge, or no plan makes the schema.
    """
    major = sandbox.own.info.server_version // 10000
    try:
        plan = make_plan(sandbox.read(), without_roles(merged.state), major=major, choose=None)
    except Refused:
        return ()
    connection = sandbox.connection
    with apply_session(connection), configured(connection, {"synchronous_commit": "off"}):
        failures = list(_failing(sandbox, plan.statements))
        trials = _Trials(sandbox, merged, without_roles(sandbox.read()), failures, major)
        return tuple(_conflicts(trials))


def _failing(sandbox: Sandbox, statements: Iterable[Statement]) -> Iterator[Failed]:
    """Run statements one by one; those that fail change nothing."""
    for statement in statements:
        failure = sandbox.attempt(filled(statement, dict.fromkeys(statement.secrets, PLACEHOLDER)))
        if failure is not None:
            yield Failed(statement, failure)


@dataclass
class _Trials:
    """Building what failed once more, without some changes.

    Attributes:
        sandbox: the database that has all that could be made.
        merged: the merged schema.
        present: the state of that database.
        failures: in the order of the plan.
        major: major version of the server.
    """

    sandbox: Sandbox
    merged: Merged
    present: State
    failures: Sequence[Failed]
    major: int

    @cached_property
    def changes(self) -> list[Change]:
        """What ours changed, and what theirs did."""
        base, ours, theirs = (self.merged.sides[side] for side in ("base", "ours", "theirs"))
        return [*diff(base, ours), *diff(base, theirs)]

    @cached_property
    def _base(self) -> State:
        return without_roles(self.merged.sides["base"])

    def suspects(self) -> list[_Suspect]:
        """Return the changes of both sides that may be a cause."""
        return [_Suspect(change, cause) for change in self.changes for cause in causes() if cause.could(change)]

    def made_without(self, suspects: Iterable[_Suspect]) -> set[int]:
        """Return which of the failures succeed where some changes are taken back; leaves nothing behind."""
        wanted = State(
            {group: dict(members) for group, members in self.present.groups.items()},
            dict(self.present.blobs),
            dict(self.present.meanings),
        )
        take(wanted, self._base, [one.object for one in suspects], WAYS)
        try:
            plan = make_plan(self.present, without_roles(wanted), major=self.major, choose=None, measure=_empty)
        except Refused:
            return set()
        with rolled_back(self.sandbox.connection):
            if any(_failing(self.sandbox, plan.statements)):
                return set()
            again = [one.statement for one in self.failures]
            still = {id(one.statement) for one in _failing(self.sandbox, again)}
            return {number for number, one in enumerate(again) if id(one) not in still}


def _conflicts(trials: _Trials) -> Iterator[Conflict]:
    open_ = dict(enumerate(trials.failures))
    suspects = trials.suspects()
    while open_:
        number, failure = next(iter(open_.items()))
        found, made = _found(trials, number, _named(failure, suspects))
        if not found:
            found, made = _found(trials, number, _near(failure, suspects))
        explained = [one.statement.key for n, one in open_.items() if n in made or n == number]
        open_ = {n: one for n, one in open_.items() if n not in made and n != number}
        conflict = _conflict(trials, found, list(dict.fromkeys(explained)), failure)
        if conflict is not None:
            yield conflict


def _found(trials: _Trials, number: int, suspects: list[_Suspect]) -> tuple[list[_Suspect], set[int]]:
    """Return the fewest changes without which a failure does not fail, and all failures that they explain."""
    for one in suspects:
        made = trials.made_without([one])
        if number in made:
            return [one], made
    needed, made = suspects, trials.made_without(suspects) if suspects[1:] else set()
    if number not in made:
        return [], set()
    for one in suspects:
        fewer = [other for other in needed if other is not one]
        without = trials.made_without(fewer)
        if number in without:
            needed, made = fewer, without
    return needed, made


def _empty(groups: Collection[str]) -> Mapping[str, Size]:
    """Measure tables of a scratch database: statements on them need not be such as do not stop others."""
    return dict.fromkeys(groups, Size(0, 0, empty=True))


def _named(failure: Failed, suspects: Iterable[_Suspect]) -> list[_Suspect]:
    """Return the changes whose object the failing statement, or the message, names."""
    words = _words(f"{failure.statement.sql} {failure.message}")
    others = (one for one in suspects if one.change.key != failure.statement.key)
    return [one for one in others if _name(one.change.key) & words][:_MOST]


def _near(failure: Failed, suspects: Iterable[_Suspect]) -> list[_Suspect]:
    """Return the changes of relations that the statement names: a foreign key does not name the key it needs."""
    words = _words(failure.statement.sql)
    others = (one for one in suspects if one.change.key not in (failure.statement.key, one.change.group))
    return [one for one in others if _name(one.change.group) & words][:_MOST]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d][\w$]*", text))


def _name(key: str) -> set[str]:
    """Return the words in the last part of an object's name: of ``index public."my index"`` my and index."""
    own = re.split(r"\(| on ", kind_of_key(key)[1], maxsplit=1)[0]
    return _words(unquote(re.split(r"\.(?=[^.]*$)", own)[-1]))


def _conflict(trials: _Trials, found: list[_Suspect], keys: list[str], failure: Failed) -> Conflict | None:
    merged = trials.merged
    users = _users(trials, found, keys)
    objects = [one.object for one in found] + users
    (group, key), *_ = objects
    sides: dict[Any, Any] = {name: _definition(side, group, key) for name, side in merged.sides.items()}
    if found:
        first, *more = found
        message = "; ".join(first.cause.said(user, first.change) for _, user in users)
        message += "".join(f"; and {one.change.key}" for one in more)
        return Conflict(first.cause.NAME, group, key, (), **sides, together=tuple(objects), message=message)
    if sides["ours"] == sides["theirs"]:
        return None
    return Conflict(UNKNOWN, group, key, (), **sides, together=tuple(objects), message=failure.message)


def _users(trials: _Trials, found: list[_Suspect], keys: list[str]) -> list[tuple[str, str]]:
    """Return what a side made or altered of that which cannot be made.

    A table is made with its columns: where it fails, those of its objects count that name the cause.
    """
    words = {word for one in found for word in _name(one.change.key)}
    groups = {_group(trials.merged.state, key) for key in keys}
    users = []
    for change in trials.changes:
        if change.new is None or change.group not in groups or WAYS.belongs(change.key) in keys:
            continue
        inside = change.group in keys and change.key != change.group
        if words & _words(json.dumps(change.new)) if inside else change.key in keys:
            users.append((change.group, change.key))
    return list(dict.fromkeys(users)) or [(_group(trials.merged.state, keys[0]), keys[0])]


def _group(state: State, key: str) -> str:
    return next(group for group, members in state.groups.items() if key in members)


def _definition(state: State, group: str, key: str) -> dict[str, Any] | None:
    return state.definition(group, key) if key in state.groups.get(group, {}) else None
