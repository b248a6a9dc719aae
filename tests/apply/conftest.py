"""Plans made by hand: what they lead to is read from a database on which the same statements were run plainly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from apply.plans import run_plainly, semantic
from pggit.plan.model import Plan, Statement
from servers import Database

Planned = Callable[..., tuple[Database, Plan]]


@pytest.fixture
def planned(make_database) -> Planned:
    """Makes a database at A and a plan for it: ``planned(setup, statements, fill=…)``."""

    def make(setup: str, statements: Sequence[Statement], fill: Callable[[str], str] = str) -> tuple[Database, Plan]:
        target, model = make_database(), make_database()
        for database in (target, model):
            database.connect().execute(setup.encode())
        before = semantic(target)
        run_plainly(model, statements, fill)
        plan = Plan("a", "b", before, semantic(model), target.version, statements=tuple(statements))
        return target, plan

    return make
