"""The order of files, and patterns of their paths."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pggit.db.sqlfiles import Globs, beginnings, by_number, sql_files


def test_numbers_are_compared_as_numbers(tmp_path: Path) -> None:
    names = [
        "00_common/10_b.sql", "00_common/2_a.sql", "10_tables/1.sql", "9_types/x.sql", "100_end.sql", "a.sql", "B.sql",
        "v1.10.0.sql", "v1.9.0.sql", ".git/x.sql", "a/.#lock.sql", "notes.txt",
    ]  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [str(file.relative_to(tmp_path)) for file in sql_files(tmp_path)] == [
        "00_common/2_a.sql", "00_common/10_b.sql", "9_types/x.sql", "10_tables/1.sql", "100_end.sql", "B.sql", "a.sql",
        "v1.9.0.sql", "v1.10.0.sql",
    ]  # fmt: skip


@given(st.lists(st.text(st.sampled_from("ab019/_"), min_size=1, max_size=8), unique=True), st.randoms())
def test_the_order_is_total(names, random) -> None:
    paths = list({PurePosixPath(name) for name in names})
    once = sorted(paths, key=by_number)
    random.shuffle(paths)
    assert sorted(paths, key=by_number) == once


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("schema/**", ["schema/a.sql", "schema/b/c.sql"], ["schema2/a.sql", "x/schema/a.sql"]),
        ("schema", ["schema/a.sql", "schema/b/c.sql", "schema"], ["schema.sql"]),
        ("schema/*.sql", ["schema/a.sql"], ["schema/b/c.sql", "schema/a.txt"]),
        ("**/*_seed.sql", ["x_seed.sql", "a/b/x_seed.sql"], ["x_seed.sql.bak", "seed.sql"]),
        ("a/**/z.sql", ["a/z.sql", "a/b/c/z.sql"], ["a/bz.sql"]),
        ("[0-4]?_x.sql", ["10_x.sql"], ["60_x.sql", "1_x.sql"]),
        ("[!a].sql", ["b.sql"], ["a.sql"]),
        ("./a+b.sql", ["a+b.sql"], ["aab.sql"]),
        ("**", ["a.sql", "b/c.sql"], []),
    ],
)
def test_globs(pattern: str, yes: list[str], no: list[str]) -> None:
    globs = Globs([pattern])
    assert [name for name in yes if not globs.match(PurePosixPath(name))] == []
    assert [name for name in no if globs.match(PurePosixPath(name))] == []


def test_where_patterns_begin() -> None:
    assert beginnings(["schema/**", "schema/a/*.sql", "seeds/x.sql"]) == ["schema", "seeds"]
    assert beginnings(["schema/**", "**/x.sql"]) == ["."]
    assert beginnings(["./db/[0-9]*"]) == ["db"]
