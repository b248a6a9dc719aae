"""Claiming from a pool, by library call on an open connection, from one client and from several at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

from psycopg import Connection

from bench.timing import Row, median, p95
from pggit.clone import clone, pool
from pggit.clone.label import Label
from pggit.clone.pool.control import open_control
from pggit.clone.pool.ready import put
from pggit.db import database

_TEMPLATE = "pggit_template_of_pools"
_POOL = "bench"
_ROUNDS = 5
_BATCH = 48
"""So many are ready at a time: each takes 7 MB."""


def measure(url: str) -> Iterator[Row]:
    """Yield the rows of claims; what is in the template does not matter for them, so it is empty."""
    with closing(database.maintenance(url)) as connection, _pool(connection, url):
        for clients in (1, 4, 16):
            took = [each for _ in range(_ROUNDS) for each in _claims(connection, url, clients)]
            who = "1 client" if clients == 1 else f"{clients} clients at once, threads of one process"
            note = f"{len(took)} claims, {who}; p95 {p95(took):.2g} ms, longest {max(took):.2g} ms"
            budget = 5 if clients == 1 else None
            yield Row("pooled clone handed out by a library call, median", 0, median(took), "ms", budget, note)


def _claims(connection: Connection, url: str, clients: int) -> list[float]:
    """Fill the pool, drain it, and drop what was claimed; returns the milliseconds of each claim."""
    (state,) = pool.pools(connection, _POOL)
    with closing(open_control(connection)) as control:
        for _ in range(_BATCH):
            put(control, state)
    with ExitStack() as stack, ThreadPoolExecutor(clients) as executor:
        opened = [stack.enter_context(pool.Pool(url, _POOL)) for _ in range(clients)]
        share = _BATCH // clients
        found = [
            each for some in executor.map(lambda one: [one.claim() for _ in range(share)], opened) for each in some
        ]
    assert all(one.strategy is None for one in found), "the pool was empty too early"
    for one in found:
        clone.drop(connection, one.name, force=True)
    return [one.milliseconds for one in found]


@contextmanager
def _pool(connection: Connection, url: str) -> Iterator[None]:
    """A template and a pool of it for the length of a block; nobody fills it."""
    database.create_database(connection, _TEMPLATE)
    label = Label("template", "nothing", "2026-01-01T00:00:00+00:00", files=300, bytes=7_500_000)
    database.comment(connection, _TEMPLATE, label.text())
    database.seal(connection, _TEMPLATE)
    try:
        pool.define(url, _POOL, template=_TEMPLATE, size=_BATCH)
        yield
        pool.stop(url, _POOL)
    finally:
        database.drop_database(connection, _TEMPLATE)
