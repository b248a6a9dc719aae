"""The graph of commits as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pggit.core.graph import draw, in_order
from pggit.core.results import Commit


def _text(*commits: str) -> list[str]:
    """Draw commits that are written as ``hash parents…``; the hash stands beside its star."""
    listed = [(words[0], words[1:]) for words in (commit.split() for commit in commits)]
    lines = []
    for (name, _), drawn in zip(listed, draw(listed), strict=True):
        lines += [f"{drawn.row} {name}", *drawn.after]
    return lines


def test_a_line():
    assert _text("c b", "b a", "a") == ["* c", "* b", "* a"]


def test_two_branches():
    assert _text("c a", "b a", "a") == ["* c", "| * b", "|/", "* a"]


def test_a_merge():
    assert _text("m c b", "c a", "b a", "a") == ["* m", "|\\", "* | c", "| * b", "|/", "* a"]


def test_a_merge_beside_a_branch():
    assert _text("x a", "m c b", "c a", "b a", "a") == [
        "* x",
        "| * m",
        "| |\\",
        "| * | c",
        "|/ /",
        "| * b",
        "|/",
        "* a",
    ]


def test_a_lane_crosses_another():
    assert _text("x a", "y b", "z a", "b a", "a") == [
        "* x",
        "| * y",
        "| | * z",
        "| |/",
        "|/|",
        "| * b",
        "|/",
        "* a",
    ]


def test_two_roots():
    assert _text("x", "y") == ["* x", "* y"]
    assert _text("c a", "d b", "a", "b") == ["* c", "| * d", "* | a", " /", "* b"]


def test_octopus():
    assert _text("m a b c", "a", "b", "c")[:4] == ["* m", "|\\", "|\\ \\", "* | | a"]


def test_parents_beyond_the_end_are_not_drawn():
    assert _text("c b", "b a") == ["* c", "* b"]


@given(st.lists(st.sampled_from([(), (1,), (2,), (1, 2), (3, 1), (1, 2, 4)]), max_size=15))
def test_every_commit_has_one_star(steps):
    commits = [(str(n), [str(n + step) for step in parents]) for n, parents in enumerate(steps)]
    drawn = list(draw(commits))
    assert len(drawn) == len(commits)
    for one in drawn:
        assert one.row.count("*") == 1
        for line in (one.row, *one.after):
            assert set(line) <= set("*|/\\ ")


@st.composite
def _histories(draw_from: st.DrawFn) -> list[Commit]:
    commits: list[Commit] = []
    for n in range(draw_from(st.integers(1, 12))):
        parents = draw_from(st.lists(st.sampled_from(commits), max_size=3, unique=True)) if commits else []
        time = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=draw_from(st.integers(0, 30)))
        commits.append(Commit(f"c{n}", tuple(p.hash for p in parents), "ann", time, ""))
    return commits


@given(_histories(), st.randoms())
def test_in_order_each_comes_before_its_parents_whatever_the_times(commits: list[Commit], chance: Random) -> None:
    mixed = chance.sample(commits, len(commits))
    ordered = in_order(mixed)
    place = {commit.hash: n for n, commit in enumerate(ordered)}
    assert sorted(place) == sorted(commit.hash for commit in commits)
    assert all(place[commit.hash] < place[parent] for commit in commits for parent in commit.parents)
    assert ordered == in_order(commits)
