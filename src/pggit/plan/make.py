"""Plans between state expressions: `plan`."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from pggit.db.redact import redact_url
from pggit.kinds import coverage
from pggit.plan import live
from pggit.plan.ignore import Ignore
from pggit.plan.model import Plan
from pggit.plan.planner import always, make_plan
from pggit.plan.renames import Choose
from pggit.repo.states import Side, both, opened, stated
from pggit.repo.tracked import optional_kinds, tracked

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.settings import Settings

_NEWEST = 18


def plan(
    a: str,
    b: str,
    repository: Repository | None = None,
    *,
    rename: Iterable[tuple[str, str]] = (),
    choose: Choose | None = always,
    ignore: Iterable[str] = (),
    online: bool = False,
    optional: bool = False,
    owners: bool | None = None,
    settings: Settings | None = None,
) -> Plan:
    """Return the plan that turns one state into another (DESIGN §2, "States").

    Args:
        a: the state before. Of a live one it is also asked how much its tables hold, and whom statements run as.
        b: the state after.
        repository: the tracked database, for names of commits and for ``work``; None where there is none.
        rename: (old, new) names of what is one object.
        choose: tells whether what seems to be a rename, (old key, new key), is one; None: nothing is.
        ignore: what is left as it is, see `Ignore`.
        online: make type changes that rewrite by a new column, a trigger and a backfill.
        optional: plan for roles and subscriptions too.
        owners: whether owners and grants count; None: yes, but of loaded SQL only those that it states.
        settings: where scratch databases are made when neither side has a server.

    Raises:
        NotFound: a file, a commit or an object that is not there.
        Refused: the two are of different major versions, or need a change that no order of statements can make.
    """
    optional = optional or optional_kinds(repository, a, b)
    with opened(a, b, repository, optional=optional, live=True, settings=settings) as sides:
        source, target = sides
        connection = source.connection
        made = make_plan(
            source.state,
            target.state,
            major=source.major or target.major or _NEWEST,
            source=redact_url(a),
            target=redact_url(b),
            measure=(lambda groups: live.measure(connection, groups)) if connection else None,
            only=both(stated(sides, owners), tracked(repository, sides)),
            hidden=live.hidden(connection) if connection else (),
            role=live.current_role(connection) if connection else target.loaded_by,
            optional=optional,
            online=online,
            ignore=Ignore(ignore),
            rename=rename,
            choose=choose,
        )
        return replace(made, notes=(*made.notes, *_unread(sides)))


def _unread(sides: Iterable[Side]) -> list[str]:
    """Tell of objects in either database that no kind reads."""
    # the privileges of a scratch database are not part of what was loaded into it
    scratch = {redact_url(side.expression) for side in sides if side.sandbox is not None}
    databases = {redact_url(side.expression): side.connection for side in sides if side.connection is not None}
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda connection: coverage.unmodelled(connection, optional=True), databases.values())
        return [
            f"{name}: {described} ({catalog}) is of no kind that is read"
            for name, objects in zip(databases, found, strict=True)
            for catalog, described in objects
            if name not in scratch or catalog != "pg_database"
        ]
