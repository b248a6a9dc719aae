"""Which way a template is copied soonest."""

from __future__ import annotations

import pytest

from pggit.core.errors import UsageError
from pggit.db.strategy import Facts, choose, named, possible

SMALL = {"files": 300, "bytes": 8_000_000}
TABLES = {"files": 5000, "bytes": 75_000_000}
GIGABYTE = {"files": 310, "bytes": 1_100_000_000}


@pytest.mark.parametrize(
    ("major", "fsync", "template", "expected"),
    [
        (15, False, TABLES, "file_copy"),
        (15, True, SMALL, "wal_log"),  # a file costs 2 ms where the disk is waited for
        (15, True, TABLES, "wal_log"),
        (15, True, GIGABYTE, "file_copy"),
        (18, True, GIGABYTE, "file_clone"),
        (18, False, GIGABYTE, "file_clone"),
        (13, True, TABLES, "file_copy"),  # it has no other
    ],
)
def test_by_the_model(major: int, fsync: bool, template: dict[str, int], expected: str) -> None:
    assert choose(Facts(major, fsync, **template), {}) == expected


def test_what_was_measured_goes_before_the_model() -> None:
    facts = Facts(18, False, **GIGABYTE)
    slow = {"file_clone": [9000.0] * 3}
    assert choose(facts, slow) == "file_copy"
    assert choose(facts, slow | {"file_copy": [8000.0] * 3, "wal_log": [7000.0] * 3}) == "wal_log"
    assert choose(Facts(18, True, **GIGABYTE), slow) == "file_clone"  # with fsync it is another measurement


def test_one_slow_copy_is_no_verdict() -> None:
    facts = Facts(18, False, **GIGABYTE)
    assert choose(facts, {"file_clone": [9000.0]}) == "file_clone"
    assert choose(facts, {"file_clone": [9000.0, 9100.0]}) == "file_clone"


def test_names() -> None:
    assert named("file-copy", 13) == "file_copy"
    assert possible(13) == ["file_copy"]
    with pytest.raises(UsageError, match="since 15"):
        named("wal_log", 14)
    with pytest.raises(UsageError, match="no strategy"):
        named("magic", 18)
