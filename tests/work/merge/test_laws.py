"""The laws of the merge (DESIGN §4.4) over the pairs of schemas that plans are tested with: every kind, renames too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.work.merge.states import merge_states
from plan.folders import Folder, folders
from servers import Database

# a database with a subscription cannot be dropped
FOLDERS = [
    folder for folder in folders() if not folder.pair.apart and "create subscription" not in folder.text("b.sql")
]
ELSEWHERE = "create schema elsewhere create table t (id int primary key, v text default 'x')"


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_laws(folder: Folder, make_database: Callable[..., Database]) -> None:
    def state(text: str) -> State:
        database = make_database()
        if database.version < folder.pair.since:
            pytest.skip(f"PostgreSQL {folder.pair.since} and later")
        connection = database.connect()
        connection.execute("set check_function_bodies = off")
        connection.execute(text.encode())
        return read_state(connection)

    a, b, c = state(folder.text("a.sql")), state(folder.text("b.sql")), state(f"{folder.text('a.sql')};{ELSEWHERE}")
    major = make_database().version
    for base, ours, theirs, wanted in ((a, b, a, b), (a, a, b, b), (a, b, b, b), (b, a, a, a), (b, a, b, a)):
        made = merge_states(base, ours, theirs, major)
        assert made.conflicts == ()
        assert diff(made.state, wanted) == []
    one, other = merge_states(a, b, c, major), merge_states(a, c, b, major)
    assert one.conflicts == other.conflicts == ()
    assert diff(one.state, other.state) == []
    more = diff(b, one.state)
    assert {change.group for change in more} == {"schema elsewhere", "table elsewhere.t"}
    assert {change.verb for change in more} == {"create"}
