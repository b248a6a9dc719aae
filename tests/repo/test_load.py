"""Loading from the store by descending where hashes differ."""

from __future__ import annotations

from pggit.core import tree
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds.reader import read_state
from pggit.repo.repository import Repository
from servers import session


def test_a_loaded_state_is_the_one_that_is_read(repo: Repository) -> None:
    assert repo.load("HEAD") == read_state(repo.connection)
    assert repo.load("work") == repo.load("HEAD")


def test_what_is_equal_is_taken_from_the_state_at_hand(repo: Repository) -> None:
    live = read_state(repo.connection)
    session(repo).execute("alter table users add age int; drop view totals; create table extra (a int)")
    for like in (live, State()):
        loaded = repo.load("work", like=like)
        assert tree.root(loaded) == tree.root(read_state(repo.connection))
        assert [c.key for c in diff(live, loaded)] == [c.key for c in diff(live, read_state(repo.connection))]
        assert loaded.groups == read_state(repo.connection).groups
        assert diff(loaded, read_state(repo.connection)) == []


def test_only_what_differs_is_fetched(repo: Repository, monkeypatch) -> None:
    live = read_state(repo.connection)
    session(repo).execute("alter table users add age int")
    fetched: list[tuple] = []
    rows = Repository._rows

    def counted(self: Repository, query: str, *values: object) -> list[tuple]:
        found = rows(self, query, *values)
        fetched.extend(found)
        return found

    monkeypatch.setattr(Repository, "_rows", counted)
    repo.load("work", like=live)
    assert {row[0] for row in fetched if len(row) == 3 and row[1].split(" ")[0] in ("table", "column", "view")} == {
        "table public.users"
    }
    # the new column is defined as one that is at hand already
    assert [row[1] for row in fetched if row[1:2] and row[1].startswith("{")] == [
        '{"_columns": ["id", "email", "age"]}'
    ]


def test_of_an_equal_state_the_root_alone_is_fetched(repo: Repository, monkeypatch) -> None:
    live = read_state(repo.connection)
    queries: list[str] = []
    rows = Repository._rows

    def noted(self: Repository, query: str, *values: object) -> list[tuple]:
        found = rows(self, query, *values)
        queries.append(f"{len(found)} rows")
        return found

    monkeypatch.setattr(Repository, "_rows", noted)
    assert repo.load("HEAD", like=live) == live
    assert queries == ["1 rows", f"{len(tree.build(live).buckets)} rows"]


def test_the_empty_state(repo: Repository) -> None:
    assert repo.load("empty") == State()
