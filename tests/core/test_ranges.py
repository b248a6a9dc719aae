"""Ranges of commits."""

from __future__ import annotations

import pytest

from pggit.core.ranges import Range, parse


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("a....b", None), ("a..b", Range("a", "b", False)), ("a...b", Range("a", "b", True)), ("a..", Range("a", "HEAD", False)),
        ("..b", Range("HEAD", "b", False)), ("HEAD~2...v1.0", Range("HEAD~2", "v1.0", True)),
        ("main@{1 day ago}", None), ("public.users.email", None), ("..", None), ("...", None), ('public."a..b"', None),
    ],
)  # fmt: skip
def test_ranges(written: str, found: Range | None) -> None:
    assert parse(written) == found
