"""A long history pushed to another database, and then one commit more."""

from __future__ import annotations

from collections.abc import Iterator

import pggit
from bench.timing import Row, elapsed
from pggit.repo.share import fetch, push

_COMMITS = 2000


def measure(url: str, other: str, tables: int) -> Iterator[Row]:
    """Yield the rows of sharing; the database at ``url`` is tracked, the one at ``other`` is empty."""
    with pggit.open(url) as here, pggit.open(other) as there:
        there.init()
        here.status()
        here.commit("measured before", allow_empty=True)
        for n in range(_COMMITS):
            here.connection.execute(f"comment on table t_{1 + n % 100} is 'the {n}th'".encode())
            here.connection.execute("select pggit.commit('one change')")
        note = f"{_COMMITS} commits of one change each"
        all_of_it = elapsed(lambda: push(here, there, "other", {"heads/copy": "heads/main"}))
        yield Row("push of a whole history", tables, all_of_it, "s", 30, note)
        here.connection.execute("comment on table t_1 is 'once more'")
        here.commit("one more")
        one = elapsed(lambda: push(here, there, "other", {"heads/copy": "heads/main"}))
        yield Row("push of one commit more", tables, one * 1000, "ms", 500, note)
        nothing = elapsed(lambda: fetch(there, here, "other"))
        yield Row("fetch where all is there", tables, nothing * 1000, "ms", 500, note)
