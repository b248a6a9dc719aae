"""How long is waited before each new attempt."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.core.backoff import BACKOFFS, delays

KINDS = st.sampled_from(BACKOFFS)
SECONDS = st.floats(0.001, 100)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("exponential", [1, 2, 4, 8, 16, 20, 20]),
        ("linear", [1, 2, 3, 4, 5, 6, 7]),
        ("fibonacci", [1, 2, 3, 5, 8, 13, 20]),
        ("fixed", [1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_how_they_grow(kind, expected):
    assert list(islice(delays(kind, first=1, longest=20, jitter=0), 7)) == expected


@given(KINDS, SECONDS, SECONDS)
def test_without_jitter_they_never_shrink_and_have_a_cap(kind, first, longest):
    found = list(islice(delays(kind, first=first, longest=longest, jitter=0), 100))
    assert found == sorted(found)
    assert found[0] == min(first, longest)
    assert max(found) <= longest
    assert kind == "fixed" or found[-1] > min(first, longest) or first >= longest


@given(KINDS, SECONDS, SECONDS, st.floats(0, 1), st.integers())
def test_jitter_takes_away_its_share_at_most(kind, first, longest, jitter, seed):
    whole = islice(delays(kind, first=first, longest=longest, jitter=0), 50)
    found = islice(delays(kind, first=first, longest=longest, jitter=jitter, chance=random.Random(seed)), 50)
    for most, given_ in zip(whole, found, strict=True):
        assert most * (1 - jitter) * 0.999999 <= given_ <= most


def test_two_who_fail_at_once_do_not_come_back_at_once():
    assert len({next(delays("fixed", first=10)) for _ in range(50)}) > 40


def test_they_do_not_grow_beyond_what_a_number_can_be():
    late = list(islice(delays("exponential", jitter=0), 5000))
    assert late[-1] == 30.0
