"""Every pair of schemas, in both directions: the plan leads there, by our reading, by pg_dump, and rows survive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.conftest import chosen
from corpus.exceptions import EXCEPTIONS, known
from corpus.plans import DIRECTIONS, Outcome, Pair, Servers, digest, pairs, try_pair
from servers import TestServer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def servers(server: TestServer) -> Iterator[Servers]:
    """The server, and a second one for pairs whose roles must not meet."""
    found = Servers(server)
    yield found
    found.close()


@pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.name) for pair in pairs() if chosen(pair.name)])
def test_a_pair(pair: Pair, servers: Servers) -> None:
    wrong = [said for outcome in try_pair(pair, servers) for said in judged(outcome, servers.first.version)]
    assert not wrong, "\n".join(wrong)


def judged(outcome: Outcome, major: int) -> Iterator[str]:
    """Yield what is wrong: failures that are not known, and known ones that are no more."""
    expected = known(outcome.case, major)
    if expected is None:
        yield from (f"{outcome.direction} {kind}: {what}" for kind, what in outcome.failures.items())
    elif not outcome.failures:
        yield f"{outcome.direction} passes: {outcome.case} is no exception any more ({expected.reason})"
    else:
        unknown = outcome.failures.keys() - expected.failures
        yield from (f"{outcome.direction} {kind}: {outcome.failures[kind]}" for kind in sorted(unknown))


def test_exceptions_are_documented_and_of_the_corpus() -> None:
    cases = {f"{digest(pair.name)} {direction}" for pair in pairs() for direction in DIRECTIONS}
    assert EXCEPTIONS.keys() <= cases
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    for found in EXCEPTIONS.values():
        assert found.reason in text
