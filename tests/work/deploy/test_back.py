"""The way back from between any two steps of a plan, over cases of plans: as before by our reading and by pg_dump."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.plans import Servers, sides
from pggit.apply.journal import RanBy
from pggit.apply.prove.dumps import OPTIONS, compare
from pggit.apply.run import apply
from pggit.apply.secrets import labels
from pggit.apply.steps import steps
from pggit.core.errors import Refused, SqlFailed
from pggit.core.tree import meaning
from pggit.db.connect import connection_url
from pggit.db.dump import dump, dump_program
from pggit.kinds.reader import read_state
from pggit.plan.model import HAZARDS
from pggit.work.deploy.back import come_back
from plan.folders import folders
from servers import TestServer

CASES = {
    "domain",
    "online-attach",
    "online-index",
    "online-key",
    "online-retype",
    "quoted-names",
    "swap-names-of-tables",
}
"""They leave things between their steps that are in neither state: columns, triggers, indexes, types."""


@pytest.fixture(scope="module")
def servers(server: TestServer) -> Iterator[Servers]:
    """The server."""
    both = Servers(server)
    yield both
    both.close()


def _stopped(connection, plan, at, meddle="") -> None:
    """Run a plan until a statement begins, where it fails; ``meddle`` is run before by somebody else."""

    def fail(event):
        if event.what == "begin" and event.number == at + 1:
            raise SqlFailed("stopped")

    with pytest.raises(SqlFailed, match="stopped"):
        apply(connection, plan, allow=HAZARDS, secrets=dict.fromkeys(labels(plan), "x"), progress=fail)
    connection.execute(meddle.encode() or b"select")


def _dump(connection) -> str:
    return dump(dump_program(connection.info.server_version // 10000), connection_url(connection), *OPTIONS)


@pytest.mark.parametrize("folder", [one for one in folders() if str(one) in CASES], ids=str)
def test_from_between_any_two_steps(folder, servers):
    tried, at = 0, 0
    while True:
        with sides(folder.pair, servers) as (a, b):
            a.connection.execute(folder.text("rows.sql").encode() or b"select")
            a.connection.execute("reset all")
            plan = folder.plan(a.connection, a.state, b.state)
            ends = [step.end for step in steps(plan.statements)][:-1]
            if tried == len(ends):
                break
            at = ends[tried]
            start, before = read_state(a.connection), _dump(a.connection)
            _stopped(a.connection, plan, at)
            assert meaning(read_state(a.connection)) != plan.from_hash
            assert (
                come_back(a.connection, plan, start, secrets={}, lock_wait=5, ran_by=RanBy("deploy", "pggit deploy"))
                > 0
            )
            assert meaning(read_state(a.connection)) == plan.from_hash, (at, plan.statements[at])
            assert compare(before, _dump(a.connection)).equal, (at, plan.statements[at])
        tried += 1
    assert tried >= 2


@pytest.mark.parametrize(
    "meddling",
    ["create index theirs on public.t (b)", "alter table public.t add theirs int", "alter table public.t alter b set default 7",
     "create view public.theirs as select 1 as one"],
)  # fmt: skip
def test_what_others_changed_is_told_apart_from_what_the_plan_makes(servers, meddling):
    folder = next(one for one in folders() if str(one) == "online-retype")
    with sides(folder.pair, servers) as (a, b):
        a.connection.execute(folder.text("rows.sql").encode() or b"select")
        a.connection.execute("reset all")
        plan = folder.plan(a.connection, a.state, b.state)
        start = read_state(a.connection)
        _stopped(
            a.connection,
            plan,
            steps(plan.statements)[1].end,
            meddling.replace("(b)", "(id)").replace("alter b", "alter id"),
        )
        there = meaning(read_state(a.connection))
        with pytest.raises(Refused, match="changed meanwhile by somebody else") as caught:
            come_back(a.connection, plan, start, secrets={}, lock_wait=5, ran_by=RanBy("deploy", "pggit deploy"))
        assert "pggit_new" not in caught.value.message
        assert meaning(read_state(a.connection)) == there
