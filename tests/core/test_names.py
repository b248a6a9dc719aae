"""What a user writes for an object means the same in Python and in the engine."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pggit.core.names import names
from pggit.repo import install
from servers import Database

MEANT = [
    ("column public.users.email", "column public.users.email"),
    ("column public.users.email", "public.users.email"),
    ("column public.users.email", "public.users"),
    ("table public.users", "public.users"),
    ("constraint users_pkey on public.users", "public.users"),
    ("constraint users_pkey on public.users", "users_pkey on public.users"),
    ("comment constraint users_pkey on public.users", "public.users"),
    ("owner table public.users", "public.users"),
    ("acl alice on table public.users", "public.users"),
    ("acl alice on column public.users.email", "public.users"),
    ("comment column public.users.email", "public.users.email"),
    ("function public.f(integer,text)", "public.f(integer,text)"),
    ('table "My Schema"."T 1"', '"My Schema"."T 1"'),
    ('column "My Schema"."T 1".a', '"My Schema"."T 1"'),
]
NOT_MEANT = [
    ("column public.users_old.email", "public.users"),
    ("table public.users2", "public.users"),
    ("table xpublic.users", "public.users"),
    ("constraint c on public.users2", "public.users"),
    ("constraint c on public.users2", "users"),
    ("trigger t on public.users_audit", "public.users"),
    ("function public.f(integer)", "public.f(text)"),
]


@pytest.mark.parametrize(("key", "written"), MEANT)
def test_names(key: str, written: str) -> None:
    assert names(key, written)


@pytest.mark.parametrize(("key", "written"), NOT_MEANT)
def test_names_no_other(key: str, written: str) -> None:
    assert not names(key, written)


PARTS = st.sampled_from(["public", "users", "users2", "a", "on", '"x y"', '"a.b"', "t"])
KEYS = st.builds(
    lambda kind, on, parts: f"{kind} {on}{'.'.join(parts)}",
    st.sampled_from(["table", "column", "comment column", "acl a on table"]),
    st.sampled_from(["", "c on ", '" on " on ']),
    st.lists(PARTS, min_size=1, max_size=3),
)
WRITTEN = st.builds(".".join, st.lists(PARTS, min_size=1, max_size=3)) | KEYS


@given(st.lists(st.tuples(KEYS, WRITTEN), min_size=50, max_size=100))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_engine_says_the_same(with_engine, pairs: list[tuple[str, str]]) -> None:
    pairs += [*MEANT, *NOT_MEANT]
    rows = with_engine.execute(
        "select pggit.names(key, written)"
        " from unnest(%s::text[], %s::text[]) with ordinality as u(key, written, n) order by n",
        [[key for key, _ in pairs], [written for _, written in pairs]],
    ).fetchall()
    assert [names(key, written) for key, written in pairs] == [said for (said,) in rows]


@pytest.fixture
def with_engine(database: Database):
    connection = database.connect()
    install.install(connection)
    return connection
