"""Commits, branches, diffs and status of a tracked database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pggit
from bench.timing import Row, elapsed, median

_STORED = """
select coalesce((select sum(pg_column_size(t.*)) from pggit.tree as t where t.xmin::text::bigint >= %(xid)s), 0)
     + coalesce((select sum(pg_column_size(b.*)) from pggit.blob as b where b.xmin::text::bigint >= %(xid)s), 0)
     + coalesce((select sum(pg_column_size(c.*)) from pggit.commit as c where c.xmin::text::bigint >= %(xid)s), 0)
     + coalesce((select sum(pg_column_size(x.*)) from pggit.commit_change as x
                 where x.xmin::text::bigint >= %(xid)s), 0)"""


def measure(url: str, tables: int) -> Iterator[Row]:
    """Yield the rows of the store; the database at ``url`` is tracked."""
    with pggit.open(url) as repository:
        repository.status()
        repository.commit("measured before", allow_empty=True)
        times, xid = [], 0
        for n in range(1, 11):
            repository.connection.execute(f"alter table public.t_{n} add column s_{n} int")
            xid = repository.connection.execute("select pg_current_xact_id()::text::bigint").fetchone()[0]  # type: ignore[index]
            times.append(elapsed(lambda: repository.connection.execute("select pggit.commit('one change')")) * 1000)
        stored = repository.connection.execute(_STORED, {"xid": xid}).fetchone()[0]  # type: ignore[index]
        yield Row("commit of one change", tables, median(times), "ms", 15)
        yield Row("stored by it", tables, float(stored) / 1024, "KB", 64)
        branches = [elapsed(partial(repository.create_branch, f"b{n}")) * 1000 for n in range(9)]
        yield Row("create a branch", tables, median(branches), "ms", 5)
        query = "select * from pggit.diff('HEAD~1', 'HEAD')"
        diffs = [elapsed(lambda: repository.connection.execute(query).fetchall()) * 1000 for _ in range(9)]
        yield Row("diff of two commits, one change", tables, median(diffs), "ms", 10)
        repository.status()
        yield Row("status, a library call", tables, median([elapsed(repository.status) for _ in range(3)]), "s", 1.5)
