"""Our own cases of plans (`folders.py`): what is planned, what it does while it runs, where it leads, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.planning import apply_plan
from corpus.plans import Outcome, Servers, Side, look, sides
from pggit.apply.prove import rows
from pggit.apply.prove.survivors import survivors
from pggit.db.connect import connection_url
from pggit.kinds import kinds
from pggit.plan.model import Plan
from pggit.plan.online import techniques
from plan.folders import REWRITE, Folder, covered, folders, planned, rewrite, shown
from plan.watching import apply_watched
from servers import TestServer, connect


@pytest.fixture(scope="module")
def servers(server: TestServer) -> Iterator[Servers]:
    """The server, and a second one for sides that must be apart."""
    both = Servers(server)
    yield both
    both.close()


@pytest.mark.parametrize("folder", list(folders()), ids=str)
def test_case(folder: Folder, servers: Servers) -> None:
    """The plan is the expected one, does what it says, leads where it should, and so does the way back."""
    with sides(folder.pair, servers) as (a, b):
        a.connection.execute(folder.text("rows.sql").encode() or b"select")
        a.connection.execute("reset all")
        plan = folder.plan(a.connection, a.state, b.state)
        _is_expected(folder, plan, servers.first.version)
        assert folder.covers - _techniques(folder) <= covered(plan, a.state, b.state)
        _leads(plan, a, b, watched=True)
        if folder.options.get("back", True):
            there = a.read()
            _leads(planned(a.connection, there, a.state, pair=folder.pair), a, a, watched=False)


def _is_expected(folder: Folder, plan: Plan, major: int) -> None:
    text = shown(plan)
    if REWRITE:
        rewrite(folder, text, major)
    assert text == folder.golden(major).read_text(encoding="utf-8")


def _leads(plan: Plan, here: Side, there: Side, *, watched: bool) -> None:
    """Apply a plan, and look where it led and what became of the rows."""
    outcome = Outcome(here.pair, "a-b" if watched else "b-a", plan)
    before = here.read()
    tables = survivors(plan, before, there.state)
    prints = rows.fingerprints(here.connection, tables)
    wrong = _applied(plan, here, watched=watched)
    here.connection.execute("reset all")
    look(outcome, here, there)
    if lost := rows.compare(here.connection, tables, prints).lost:
        outcome.failures["rows"] = "\n".join(lost)
    assert not outcome.failures, "\n".join(f"{kind}: {what}" for kind, what in outcome.failures.items())
    assert not wrong, "\n".join(wrong)


def _applied(plan: Plan, here: Side, *, watched: bool) -> list[str]:
    if not watched:
        apply_plan(here.connection, plan)
        return []
    url = connection_url(here.connection)
    with connect(url) as watcher, connect(url) as holder:
        return apply_watched(here.connection, plan, (watcher, holder), here.read())


def _techniques(folder: Folder) -> set[str]:
    return {cover for cover in folder.covers if cover.startswith("online ")}


_VERBS = ("create", "alter", "drop", "rename")
_NEVER = {
    # PostgreSQL has no statement that does it
    **dict.fromkeys(
        (
            *(
                f"{kind} rename"
                for kind in ("access method", "acl", "cast", "comment", "default", "default acl", "owner")
            ),
            *(f"{kind} rename" for kind in ("extension", "publication table", "publication schema", "transform")),
            *(f"{kind} rename" for kind in ("role membership", "role setting", "shell type", "user mapping")),
        ),
        "cannot be renamed",
    ),
    **dict.fromkeys(
        ("composite alter", "publication schema alter", "schema alter", "shell type alter"),
        "has no attribute of its own",
    ),
    **dict.fromkeys(("owner create", "owner drop"), "everything that has an owner always has one"),
    **dict.fromkeys((f"system catalog {verb}" for verb in _VERBS), "is there always; only grants hang on it"),
    **dict.fromkeys((f"security label {verb}" for verb in _VERBS), "needs a provider, which is a library"),
}
"""What no case can show, and why."""


def test_every_kind_is_covered() -> None:
    """There is a case for all that can be done to an object of any kind."""
    wanted = {f"{kind} {verb}" for kind in kinds() for verb in _VERBS} - _NEVER.keys()
    covers = {cover for folder in folders() for cover in folder.covers}
    assert wanted - covers == set()
    assert covers & _NEVER.keys() == set()


def test_every_technique_is_covered() -> None:
    """There is a case with rows for each way to change a table online."""
    modules = {technique.__module__.rpartition(".")[2] for technique in techniques()}
    covers = {cover for folder in folders() if folder.text("rows.sql") for cover in folder.covers}
    assert {f"online {module}" for module in modules} <= covers
