"""Every case of every kind: it is read as expected, rebuilt from what was read, and each key changes alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kinds.cases import ABSENT, NAME, UNTOLD, Case, Change, all_cases, covered_kinds
from kinds.rebuild import definitions, rebuild
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.reader import read_state
from servers import Database, TestServer

MakeDatabase = Callable[..., Database]
_CASES = all_cases()


@pytest.fixture(params=_CASES, ids=[case.name for case in _CASES])
def case(request: pytest.FixtureRequest, server: TestServer) -> Iterator[Case]:
    """Each case that this server understands, with its roles."""
    found: Case = request.param
    if not found.since <= server.version < found.before:
        pytest.skip(f"not for PostgreSQL {server.version}")
    if found.needs and not server.admin.execute(found.needs).fetchone()[0]:
        pytest.skip("the server lacks what the case needs")
    for name in found.roles:
        server.create_role("nologin", name)
    for name in found.tablespaces:
        server.admin.execute("set allow_in_place_tablespaces = on")
        server.admin.execute(f"create tablespace {name} location ''")
    yield found
    for name in found.tablespaces:
        server.admin.execute(f"drop tablespace {name}")
    for name in found.roles:
        server.drop_role(name)


def _loaded(case: Case, make_database: MakeDatabase):
    connection = make_database().connect()
    connection.execute(case.given)
    connection.execute(case.setup)
    return connection


def test_read(case: Case, make_database: MakeDatabase, server: TestServer) -> None:
    """The definitions read are the literal ones of the case."""
    state = read_state(_loaded(case, make_database))
    found = definitions(state)
    for key, definition in case.expected(server.version).items():
        assert found.get(key) == definition, key
    assert not set(case.absent) & {key for _, key in state.keys()}


def test_rebuild(case: Case, make_database: MakeDatabase) -> None:
    """What was read makes the same again in a new database, in either order of writing."""
    state = read_state(_loaded(case, make_database))
    for backwards in (False, True):
        connection = make_database().connect()
        connection.execute(case.given)
        rebuild(state, connection, backwards=backwards)
        assert definitions(read_state(connection)) == definitions(state)


def test_changes(case: Case, make_database: MakeDatabase, server: TestServer) -> None:
    """Each statement of the case changes exactly the key that it says."""
    wanted = [change for change in case.changes if change.since <= server.version < change.before]
    if not wanted:
        pytest.skip("no changes in this case")
    connection = _loaded(case, make_database)
    before = definitions(read_state(connection))
    for change in wanted:
        connection.execute(change.statement)
        after = definitions(read_state(connection))
        _check(change, before[change.key], after[change.key])
        before = after


def _check(change: Change, old: dict, new: dict) -> None:
    differing = {key for key in old.keys() | new.keys() if old.get(key, ABSENT) != new.get(key, ABSENT)}
    assert differing == {change.attribute, *change.along}, change
    if change.to is not UNTOLD:
        assert new.get(change.attribute, ABSENT) == change.to, change


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_key_is_changed_by_some_case(kind: str) -> None:
    """There is no key of a definition whose change nobody tried."""
    if kind not in covered_kinds():
        pytest.skip(f"no cases for {kind} yet")
    changed = {change.attribute for case in _CASES for change in case.changes if kind_of_key(change.key)[0] == kind}
    assert changed == {attribute for attribute in kinds()[kind].merge if not attribute.startswith("_")}


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_has_a_case_with_hostile_names(kind: str) -> None:
    """Some case of each kind has a name with blanks, dots, parentheses, quotes, of 63 bytes."""
    if kind not in covered_kinds():
        pytest.skip(f"no cases for {kind} yet")
    found = [key for case in _CASES for key in case.everywhere() if kind_of_key(key)[0] == kind]
    assert any(NAME in key for key in found)
