"""ALTER and DROP of all kinds that are no relations: every change of every case is made back and again by what the kind writes."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from kinds.altering import alteration, loaded, removal, run
from kinds.cases import Case, Change, all_cases
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import kind_of_key, kinds
from pggit.kinds.reader import read_state
from servers import TestServer

KINDS = (
    "access method",
    "acl",
    "aggregate",
    "attribute",
    "base type",
    "cast",
    "collation",
    "comment",
    "composite",
    "conversion",
    "default acl",
    "domain",
    "domain constraint",
    "enum",
    "event trigger",
    "extension",
    "foreign data wrapper",
    "function",
    "language",
    "operator",
    "operator class",
    "operator family",
    "owner",
    "procedure",
    "publication",
    "publication schema",
    "publication table",
    "range",
    "schema",
    "server",
    "shell type",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "transform",
    "user mapping",
)

NEVER = {
    "access method": ("handler", "type"),
    "aggregate": ("direct_arguments", "finalfunc", "finalfunc_extra", "kind", "stype"),
    "base type": (
        "alignment",
        "category",
        "collatable",
        "default",
        "delimiter",
        "element",
        "input",
        "length",
        "output",
        "passed_by_value",
        "preferred",
    ),
    "cast": ("context", "function", "method"),
    "collation": ("deterministic", "lc_collate", "lc_ctype", "locale", "provider", "rules"),
    "conversion": ("default", "from", "function", "to"),
    "domain": ("collation", "type"),
    "domain constraint": ("expression", "type"),
    "event trigger": ("event", "function", "tags"),
    "function": ("returns", "set", "window"),
    "operator": ("function",),
    "operator class": ("default", "family", "functions", "operators", "storage", "type"),
    "publication": ("all_tables",),
    "range": ("canonical", "collation", "multirange", "opclass", "subtype", "subtype_diff"),
    "server": ("type", "wrapper"),
    "text search configuration": ("parser",),
    "text search dictionary": ("template",),
    "text search parser": ("end", "gettoken", "headline", "lextypes", "start"),
    "text search template": ("init", "lexize"),
}
"""What PostgreSQL cannot alter: the object is dropped and made anew."""

ONE_WAY = {
    "aggregate": ("arguments",),  # a name is given, never taken
    "base type": ("storage",),  # never plain again
    "domain constraint": ("not_valid",),  # validated, never the other way
    "enum": ("labels",),  # labels come, they do not go
    "function": ("arguments",),  # names are given, defaults added
    "operator": ("commutator", "hashes", "merges", "negator"),  # since 17, where there was none
    "procedure": ("arguments",),
}
"""What can be altered in some cases only; `test_one_way` holds that they are those."""

_MISSING = ("public.!==",)
"""An operator that CREATE OPERATOR may speak of before it is there, but ALTER OPERATOR may not."""

_CASES = [case for case in all_cases() if any(kind_of_key(change.key)[0] in KINDS for change in case.changes)]

_DROPPED = [case for case in all_cases() if any(kind_of_key(key)[0] in KINDS for key in case.everywhere())]


def _changes(case: Case, version: int) -> list[Change]:
    return [change for change in case.changes if change.since <= version < change.before]


def _among(table: dict[str, tuple[str, ...]], change: Change) -> bool:
    kind, _ = kind_of_key(change.key)
    return any(attribute in table.get(kind, ()) for attribute in (change.attribute, *change.along))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_there_and_back(case: Case, server: TestServer) -> None:
    """What the kind writes does what each change of the case does, and leads back to the state before."""
    with loaded(case, server, 2) as (one, two):
        two.execute("set check_function_bodies = off")
        before = read_state(one)
        for change in _changes(case, server.version):
            one.execute(change.statement)
            after = read_state(one)
            ours = kind_of_key(change.key)[0] in KINDS
            there = alteration(before, after, change.key, server.version) if ours else None
            back = alteration(after, before, change.key, server.version) if ours else None
            if ours and not _among(ONE_WAY, change):
                assert (there is None, back is None) == (_among(NEVER, change),) * 2, change
            alone = [found.key for found in diff(before, after)] == [change.key] and change.to not in _MISSING
            if there is None or not alone:
                two.execute(change.statement)
            else:
                run(two, there)
            assert not diff(after, read_state(two)), there
            if back is not None and alone:
                run(two, back)
                assert not diff(before, read_state(two)), back
                two.execute(change.statement)
                assert not diff(after, read_state(two)), change
            before = after


@pytest.mark.parametrize("case", _DROPPED, ids=lambda case: case.name)
def test_drop(case: Case, server: TestServer) -> None:
    """What hangs on other objects goes alone and leaves nothing; then all the rest goes."""
    with loaded(replace(case, setup="", given=""), server) as (connection,):
        connection.execute(case.given)
        before = read_state(connection)
        connection.execute(case.setup)
        after = read_state(connection)
        children = [
            one
            for one in diff(before, after)
            if one.key != one.group and kind_of_key(one.key)[0] in KINDS and kind_of_key(one.key)[0] != "owner"
        ]
        _drop(connection, after, [one.key for one in children])
        left = {key for _, key in read_state(connection).keys()}
        assert not left & {one.key for one in children if one.verb == "create"}
        while changed := diff(before, now := read_state(connection)):
            heads = [one.key for one in changed if one.key == one.group]
            assert _drop(connection, now, heads), changed


def _drop(connection: psycopg.Connection, state: State, keys: list[str]) -> int:
    """Drop those objects as far as PostgreSQL lets them go; return how many went."""
    pending = list(keys)
    while True:
        refused = [key for key in pending if not _dropped(connection, state, key, keys)]
        if len(refused) == len(pending):
            return len(keys) - len(refused)
        pending = refused


def _dropped(connection: psycopg.Connection, state: State, key: str, gone: list[str]) -> bool:
    try:
        with connection.transaction():
            run(connection, removal(state, key, connection.info.server_version // 10000, gone))
    except psycopg.Error:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_altered_are_attributes(kind: str) -> None:
    """The tables name attributes that there are, each once."""
    told = [*NEVER.get(kind, ()), *ONE_WAY.get(kind, ())]
    assert len(told) == len(set(told))
    assert set(told) <= set(kinds()[kind].merge)
