"""Every change that a case makes to a relation is made back and again by the kind's own ``alter``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg import Connection

from kinds.altering import RELATIONS, alteration, differences, run
from kinds.cases import ABSENT, Case, Change
from kinds.test_cases import case  # noqa: F401 - the fixture
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.reader import read_state
from servers import Database, TestServer

GIVE, TAKE = frozenset({"give"}), frozenset({"take"})
BOTH = GIVE | TAKE

ANEW: dict[tuple[str, str], frozenset[str]] = {
    ("column", "generated"): GIVE,  # a plain column does not become a generated one
    ("constraint", "columns"): BOTH,
    ("constraint", "elements"): BOTH,
    ("constraint", "expression"): BOTH,
    ("constraint", "include"): BOTH,
    ("constraint", "match"): BOTH,
    ("constraint", "method"): BOTH,
    ("constraint", "no_inherit"): BOTH,
    ("constraint", "not_valid"): GIVE,  # what is known to hold is not made doubtful
    ("constraint", "nulls_not_distinct"): BOTH,
    ("constraint", "on_delete"): BOTH,
    ("constraint", "on_delete_columns"): BOTH,
    ("constraint", "on_update"): BOTH,
    ("constraint", "parent"): TAKE,  # what is attached stays so
    ("constraint", "referenced_columns"): BOTH,
    ("constraint", "references"): BOTH,
    ("constraint", "where"): BOTH,
    ("constraint", "without_overlaps"): BOTH,
    ("foreign table", "server"): BOTH,
    ("index", "columns"): BOTH,
    ("index", "include"): BOTH,
    ("index", "method"): BOTH,
    ("index", "nulls_not_distinct"): BOTH,
    ("index", "parent"): TAKE,
    ("index", "unique"): BOTH,
    ("index", "where"): BOTH,
    ("materialized view", "query"): BOTH,
    ("policy", "check"): TAKE,  # ALTER POLICY takes no condition away
    ("policy", "command"): BOTH,
    ("policy", "restrictive"): BOTH,
    ("policy", "using"): TAKE,
    ("statistics", "columns"): BOTH,
    ("statistics", "expressions"): BOTH,
    ("statistics", "kinds"): BOTH,
    ("table", "partition_key"): BOTH,
    ("trigger", "constraint"): BOTH,  # constraint triggers are not replaced
    ("trigger", "deferrable"): BOTH,
    ("trigger", "from"): BOTH,
    ("trigger", "initially_deferred"): BOTH,
}
"""Every (kind, key) that cannot be given, taken away (or changed at all) in place on the newest server."""

_CASES_ANEW: dict[tuple[str, str], frozenset[str]] = {
    ("primary-key-and-unique", "deferrable"): BOTH,  # only foreign keys are altered so
    ("primary-key-and-unique", "initially_deferred"): BOTH,
    ("check", "not_enforced"): BOTH,
}
_SEVERAL = {
    ("constraint-kinds", "type"),
    ("check-inherited", "local"),
    ("temporal-18", "period"),
    ("foreign-table", "inherits"),
    ("foreign-table", "partition_of"),
    ("view", "columns"),
    ("materialized-view-made-anew", "columns"),
    ("table-inherits", "inherits"),
    ("column", "inherited"),
    ("trigger-partitioned", "inherited"),
}
"""Changes of a case that change other objects along; `test_alter_together.py` has the like."""

_NO_WAY_BACK = {("column", "local")}
"""What no statement takes back: a column that was declared is one for good."""


def test_changes(case: Case, make_database: Callable[..., Database], server: TestServer) -> None:  # noqa: F811
    """From the changed database back, and from there forward again, gives the states that were read before."""
    wanted = [change for change in case.changes if change.since <= server.version < change.before]
    if not any(kind_of_key(change.key)[0] in RELATIONS for change in wanted):
        pytest.skip("changes no relation")
    connection = make_database().connect()
    run(connection, [case.given, case.setup])
    for number, change in enumerate(wanted):
        a = read_state(connection)
        connection.execute(change.statement)
        b = read_state(connection)
        if kind_of_key(change.key)[0] not in RELATIONS:
            continue
        several = [key for key, _, _ in differences(a, b)] != [change.key]
        assert several == ((case.name, change.attribute) in _SEVERAL), differences(a, b)
        if several:
            continue
        back, forward = (alteration(*pair, change.key, server.version) for pair in ((b, a), (a, b)))
        gives = change.to is not ABSENT
        anew = _anew(case, change, server.version)
        assert (back is None) == (("take" if gives else "give") in anew), change
        assert (forward is None) == (("give" if gives else "take") in anew), change
        if back is not None:
            _run(connection, back, None if (case.name, change.attribute) in _NO_WAY_BACK else a)
        if forward is None:
            connection.execute(change.statement if back is not None else "")
        elif back is not None:
            _run(connection, forward, b)
        else:
            other = make_database().connect()
            run(other, [case.given, case.setup, *(earlier.statement for earlier in wanted[:number])])
            _run(other, forward, b)


def _run(connection: Connection, statements: list[str], end: State | None) -> None:
    run(connection, statements)
    assert end is None or not differences(read_state(connection), end), statements


def _anew(case: Case, change: Change, major: int) -> frozenset[str]:  # noqa: F811
    kind = kind_of_key(change.key)[0]
    if change.attribute == "access_method" and major < 15:
        return BOTH
    if kind == "trigger" and change.attribute not in ("enabled", "inherited") and major < 14:
        return BOTH
    return _CASES_ANEW.get((case.name, change.attribute), ANEW.get((kind, change.attribute), frozenset()))


@pytest.mark.parametrize("kind", RELATIONS)
def test_every_kind_can_be_altered(kind: str) -> None:
    """No kind is only ever made anew."""
    assert kinds()[kind].alter is not None
