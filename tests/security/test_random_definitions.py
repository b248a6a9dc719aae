"""Random definitions, made of valid ones of every kind: each is refused, or builds exactly its own object."""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from kinds.cases import all_cases
from kinds.test_cases import _loaded, case  # noqa: F401 - the fixture
from pggit.apply.secrets import filled, labels
from pggit.apply.trial import PLACEHOLDER
from pggit.core.errors import PgGitError
from pggit.core.state import State
from pggit.db.session import configured, run
from pggit.kinds import coverage, kind_of_key, valid
from pggit.kinds.reader import read_state
from pggit.plan.planner import make_plan
from servers import Database

MUTANTS = 60 * int(os.environ.get("PGGIT_TEST_EXAMPLES", "6")) // 6
BUILT = 2
"""Of each case so many of the mutants that are not refused are built."""

MARK = Path("/tmp/pggit-random-mark")
PIECES = [
    "; create table public.pwned ()",
    "); create table public.pwned (); --",
    "; commit; create role pwned; begin",
    f"; copy (select 1) to program 'touch {MARK}'",
    ", add column pwned integer",
    ", pwned integer",
    " cascade",
    " with no data",
    " not null",
    ' collate "C"',
    " from pg_catalog.pg_class",
    " as x",
    " -- ",
    " /* ",
    "'",
    '"',
    "$$",
    "E'\\'",
    "(",
    ")",
    "[]",
    ".x",
    "%type",
    "\n",
    "\0",
    "\\",
    ";",
    "serial",
    "integer",
    "public",
    "current_user",
    "select 1",
    "1",
    "",
]
VALUES: list[Any] = [None, True, False, 0, -1, 2**63, 1.5, "", [], {}, ["x"], {"x": "y"}, [[[]]]]


def strings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value in a document."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from strings(one, (*path, key))


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    """Put a value into a document."""
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def get(document: Any, path: tuple[Any, ...]) -> Any:
    """Return a value of a document."""
    for step in path:
        document = document[step]
    return document


def mutated(chance: random.Random, definition: dict[str, Any], others: list[str]) -> dict[str, Any]:
    """Return a definition with a change or two."""
    found = copy.deepcopy(definition)
    for _ in range(chance.choice((1, 1, 1, 2))):
        ways = list(strings(found))
        if not ways or chance.random() < 0.1:
            found[chance.choice(("type", "expression", "query", "body", "options", "x"))] = chance.choice(PIECES)
            continue
        way = chance.choice(ways)
        value = get(found, way)
        if not isinstance(value, str) or chance.random() < 0.2:
            put(found, way, copy.deepcopy(chance.choice(VALUES)))
            continue
        at = chance.randrange(len(value) + 1)
        piece = chance.choice((*PIECES, *others[:5], chance.choice(others)))
        put(found, way, chance.choice((value[:at] + piece + value[at:], value + piece, piece, value[:at])))
    return found


def texts(state: State) -> list[str]:
    """All strings in the definitions of a state."""
    found = {"x"}
    for text in state.blobs.values():
        document = json.loads(text)
        found |= {value for way in strings(document) if isinstance(value := get(document, way), str)}
    return sorted(found)


def mutants(state: State, chance: random.Random) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield (group, key before, key, definition) of objects that somebody may have written."""
    objects = list(state.keys())
    others = texts(state)
    for _ in range(MUTANTS):
        group, key = chance.choice(objects)
        definition = state.definition(group, key)
        if chance.random() < 0.2:
            at = chance.randrange(len(key.partition(" ")[0]), len(key) + 1)
            yield group, key, key[:at] + chance.choice(PIECES) + key[at:], definition
        else:
            yield group, key, key, mutated(chance, definition, others)


def build(connection: psycopg.Connection, state: State) -> bool:
    """Make an empty database as a state; return whether PostgreSQL took all of it."""
    major = connection.info.server_version // 10000
    plan = make_plan(read_state(connection), state, major=major, choose=None)
    secrets = dict.fromkeys(labels(plan), PLACEHOLDER)
    with configured(connection, {"check_function_bodies": "off", "search_path": "pg_catalog, pg_temp"}):
        for statement in plan.statements:
            try:
                run(connection, filled(statement, secrets))
            except PgGitError:
                return False
    return True


def test_refused_or_exactly_itself(case, make_database: Callable[..., Database]) -> None:  # noqa: F811
    """A mutant that is not refused makes what the state says, and nothing else is in the catalogs then."""
    loaded = _loaded(case, make_database)
    state = read_state(loaded)
    left = BUILT
    for group, before, key, definition in mutants(state, random.Random(case.name)):
        text = json.dumps(definition)
        with suppress(valid.InvalidDefinition):
            valid.check_text(group, key, text)
            if left and definition != state.definition(group, before):
                left -= 1
                _build_and_compare(case, make_database, state, group, before, key, definition)


def _build_and_compare(
    of: Any, make_database: Callable[..., Database], state: State, group: str, before: str, key: str, definition: Any
) -> None:
    changed = State(
        {one: dict(objects) for one, objects in state.groups.items()}, dict(state.blobs), dict(state.meanings)
    )
    changed.groups[group].pop(before)
    changed.put(group, key, definition)
    connection = make_database().connect()
    connection.execute(of.given)
    known = {one for _, one in read_state(connection).keys()}
    try:
        complete = build(connection, changed)
    except PgGitError:
        return
    found = {one for _, one in read_state(connection).keys()}
    wanted = {one for _, one in changed.keys()}
    more = {one for one in found - wanted - known if kind_of_key(one)[0] not in ("owner", "acl")}
    if not complete:  # the functions of a type come after its shell
        more -= {f"shell type {one.partition(' type ')[2]}" for one in wanted if one.startswith("base type ")}
        more -= {f"shell type {one.removeprefix('range ')}" for one in wanted if one.startswith("range ")}
    assert not more, f"{key}: {definition}"
    assert not complete or not {
        one for one in wanted - found if kind_of_key(one)[0] not in ("owner", "acl", "default acl")
    }
    assert not [what for _, what in coverage.unmodelled(connection, optional=True) if "pwned" in what]
    assert connection.execute("select count(*) from pg_roles where rolname = 'pwned'").fetchone() == (0,)
    assert not MARK.exists()


def test_valid_definitions_are_taken(case, make_database: Callable[..., Database]) -> None:  # noqa: F811
    """No definition that a server gives is refused."""
    valid.check_state(read_state(_loaded(case, make_database), optional=True))


def test_all_kinds_are_tried() -> None:
    assert len(all_cases()) > 100
