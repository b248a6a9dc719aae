"""Requests in the shop, and roles that look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

import pggit
from pggit.repo.protection import Rule, protect
from pggit.repo.repository import Repository
from pggit.work.request.look import Shown, open_request
from pggit.work.switch import switch
from servers import Database


@pytest.fixture
def change(repo, sql) -> Callable[..., str]:
    """Commit a change on a branch, which is made where it is not there, and go back to main; returns the commit."""

    def make(text: str, branch: str = "side", message: str = "A note") -> str:
        there = branch in {known.name for known in repo.branches()}
        if branch != repo.branch:
            switch(repo, branch, create=not there)
        sql(text)
        made = repo.commit(message).hash
        switch(repo, "main")
        return made

    return make


@pytest.fixture
def ask(repo, change) -> Callable[..., Shown]:
    """Protect main, and ask for a branch with one more column to be merged into it."""

    def make(rule: Rule | None = None, text: str = "alter table users add note text") -> Shown:
        change(text)
        if rule is not None:
            protect(repo, "main", rule)
        return open_request(repo, "side", title="A note of users")

    return make


@pytest.fixture
def as_role(repo, database: Database, role) -> Iterator[Callable[..., Repository]]:
    """Open the repository as another role, of level writer: ``as_role("ann")``; the name begins so."""
    with ExitStack() as stack:

        def make(level: str = "writer") -> Repository:
            name = role()
            repo.grant(level, name)
            return stack.enter_context(pggit.open(database.url_as(name)))

        yield make
