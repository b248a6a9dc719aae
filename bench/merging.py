"""Merges, many branches, and many who commit at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pggit
from bench.planning import change
from bench.timing import Row, elapsed, median
from pggit.core.merge import Merged
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.repo.repository import Repository
from pggit.work.merge.merge import check, merge_of

_CHANGES = 50
_BRANCHES = 100
_WRITERS, _COMMITS = 10, 10


def measure(url: str, other: str, tables: int) -> Iterator[Row]:
    """Yield the rows of merging.

    Args:
        url: the database, tracked.
        other: another one like it, where what the other branch changes is made; it is changed.
        tables: how many tables there are.
    """
    with pggit.open(url) as repository:
        repository.status()
        repository.commit("measured before", allow_empty=True)
        base = repository.commit_info().hash
        with pggit.open(other) as there:
            like = read_state(there.connection)
            change(there.connection, tables - _CHANGES + 1, tables)
            changed = read_state(there.connection)
        theirs = _on(repository, base, like, changed)
        change(repository.connection, 1, _CHANGES)
        ours = repository.commit("fifty changes").hash
        yield from _merges(repository, base, ours, theirs, tables)
        yield from _branches(repository, base, tables)
    yield from _writers(url, tables)


def _on(repository: Repository, base: str, like: State, changed: State) -> str:
    """Record what changed elsewhere as a commit on the base; returns its hash."""
    state = repository.load(base)
    state.blobs |= changed.blobs
    state.meanings |= changed.meanings
    before = repository.load(base)
    for group in like.groups.keys() | changed.groups.keys():
        if changed.groups.get(group) != like.groups.get(group):
            state.groups[group] = changed.groups[group]
    return repository.record(
        state, base, before, author="bench", time=datetime.now(UTC), message=f"{_CHANGES} other changes"
    )


def _merges(repository: Repository, base: str, ours: str, theirs: str, tables: int) -> Iterator[Row]:
    found: list[Merged] = []
    times = [
        elapsed(lambda: found.append(merge_of(repository, repository.merge_base(ours, theirs), ours, theirs, {})[1]))
        for _ in range(5)
    ]
    note = f"{_CHANGES} changes a side, {len(found[0].conflicts)} conflicts"
    yield Row("three-way merge, before it is built", tables, median(times), "s", 0.3, note)
    outcome: list[str] = []
    built = elapsed(lambda: outcome.append(check(repository, ours, theirs).outcome))
    yield Row("merge --check, built in a scratch database", tables, built, "s", None, outcome[0])


def _branches(repository: Repository, base: str, tables: int) -> Iterator[Row]:
    state = repository.load(base)
    for number in range(_BRANCHES):
        tip = repository.record(state, base, state, author="bench", time=datetime.now(UTC), message=f"branch {number}")
        repository.create_branch(f"many_{number}", tip)
    times = [elapsed(repository.standing) * 1000 for _ in range(5)]
    yield Row(f"how {_BRANCHES} branches stand to HEAD", tables, median(times), "ms")


def _writers(url: str, tables: int) -> Iterator[Row]:
    """Ten connections, each with changes of its own tables and commits, all at once."""

    def write(writer: int) -> None:
        with pggit.open(url) as repository:
            for number in range(_COMMITS):
                repository.connection.execute(f"comment on table public.t_{60 + writer} is 'the {number}th'".encode())
                repository.commit(f"writer {writer}: {number}", allow_empty=True)

    with pggit.open(url) as repository:
        before = len(repository.log())
        with ThreadPoolExecutor(_WRITERS) as pool:
            seconds = elapsed(lambda: list(pool.map(write, range(_WRITERS))))
        made = repository.log(limit=None)
        own = {commit.message for commit in made if commit.message.startswith("writer ")}
        lost = _WRITERS * _COMMITS - len(own)
        note = f"{len(made) - before} commits in the line of HEAD"
        yield Row(f"{_WRITERS} writers at once, {_COMMITS} commits each: lost", tables, lost, "commits", 0, note)
        yield Row("the same, a commit", tables, seconds / (_WRITERS * _COMMITS) * 1000, "ms")
