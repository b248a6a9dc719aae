"""Merges of a base and two scripts are what PostgreSQL makes of both scripts; `corpus.merges` tries thousands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corpus.merges import generated, of_pair, ready
from corpus.triples import Outcome
from plan.folders import Folder, folders
from plan.schemas import schemas
from servers import TestServer

FOLDERS = [folder for folder in folders() if not folder.pair.optional][::3]
EXAMPLES = int(os.environ.get("PGGIT_TEST_EXAMPLES", "6"))


@pytest.fixture
def with_roles(server: TestServer) -> Iterator[TestServer]:
    """The server, with the roles of random changes."""
    with ready(server):
        yield server


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_cases_of_plans(folder: Folder, with_roles: TestServer) -> None:
    if with_roles.version < folder.pair.since:
        pytest.skip(f"PostgreSQL {folder.pair.since} and later")
    assert _failed(of_pair(with_roles, folder.pair, 1, changes=2)) == []


def test_random_schemas(with_roles: TestServer) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=EXAMPLES <= 10,
        phases=[Phase.generate] if EXAMPLES <= 10 else list(Phase),
    )
    @given(schemas(), st.integers(0, 999))
    def check(schema: list[str], seed: int) -> None:
        assert _failed(generated(with_roles, "generated", schema, seed, changes=2)) == []

    check()


def _failed(outcomes: Iterable[Outcome]) -> list[tuple[str, list[list[str]], list[str]]]:
    return [(one.merge, [script.statements for script in one.scripts], one.told) for one in outcomes if one.failed]
