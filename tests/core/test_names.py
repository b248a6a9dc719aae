"""What a user writes for an object means the same in Python and in the engine."""

from __future__ import annotations

import pytest

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
    ("function public.f(integer,text)", "public.f"),
    ("comment function public.f()", "public.f"),
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
    ("function public.f2(integer)", "public.f"),
    ("function public.f(public.t)", "public.t"),
    ("policy p on public.t2", "public.t"),
]


@pytest.mark.parametrize(("key", "written"), MEANT)
def test_names(key: str, written: str) -> None:
    assert names(key, written)


@pytest.mark.parametrize(("key", "written"), NOT_MEANT)
def test_names_no_other(key: str, written: str) -> None:
    assert not names(key, written)


PARTS = ["public", "users", "users2", "on", '"x y"', '"a.b"']
QUALIFIED = [*PARTS, *(f"{a}.{b}" for a in PARTS for b in PARTS), "public.users.on", "public.f(integer)", "public.f"]
KEYS = [f"{before}{name}" for before in ("table ", "c on ", "acl a on table ", 'rule " on " on ') for name in QUALIFIED]


def test_the_engine_says_the_same(with_engine) -> None:
    pairs = [(key, written) for key in KEYS for written in [*QUALIFIED, *KEYS[::7]]] + MEANT + NOT_MEANT
    rows = with_engine.execute(
        "select pggit.names(key, written)"
        " from unnest(%s::text[], %s::text[]) with ordinality as u(key, written, n) order by n",
        [[key for key, _ in pairs], [written for _, written in pairs]],
    ).fetchall()
    differing = [pair for pair, (said,) in zip(pairs, rows, strict=True) if said != names(*pair)]
    assert differing == []


@pytest.fixture
def with_engine(database: Database):
    connection = database.connect()
    install.install(connection)
    return connection
