"""The proof of a deployment's plan, before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.apply.prove.against import prove_against
from pggit.apply.prove.verdict import Verdict
from pggit.core.errors import Refused
from pggit.db.connect import scratch_url
from pggit.db.database import may_create
from pggit.plan.model import Plan

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.repo.repository import Repository
    from pggit.settings import Settings


def proof(
    plan: Plan, connection: Connection, state: str, repository: Repository | None, settings: Settings | None
) -> Verdict:
    """Prove a plan on a clone on the remote's server; on the scratch server, where the remote allows no databases.

    Args:
        plan: of the deployment.
        connection: to the remote.
        state: that the plan leads to.
        repository: the tracked database, for names of commits.
        settings: with the scratch server.

    Raises:
        Refused: there is no server for a clone.
    """
    server = None
    if not may_create(connection):
        server = scratch_url(settings)
        if server is None:
            raise Refused(
                "the plan cannot be proven: this role may not create databases on the server, so there is no clone",
                hint="ALTER ROLE … CREATEDB; or set scratch to a server of the same major version; or --no-prove."
                " Nothing was changed.",
            )
    return prove_against(plan, connection, state, repository=repository, settings=settings, server=server)


def require_proven(verdict: Verdict) -> None:
    """Check that a plan is proven.

    Raises:
        Refused: it is not.
    """
    if verdict.proven:
        return
    wrong = next(check for check in verdict.checks if check.status != "ok")
    raise Refused(
        f"the plan is not proven on a clone: {wrong.name}: {wrong.message}",
        hint="Nothing was changed. --no-prove runs it without a proof.",
    )
