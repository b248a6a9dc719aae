"""The dry run changes nothing, and finds what would stop a run."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import psycopg
import pytest

from apply.plans import LONG, SETUP, s
from pggit.apply.look import look
from pggit.apply.run import apply
from pggit.core.errors import Busy, PermissionDenied, Refused, SqlFailed
from pggit.plan.model import Hazard

ADD = s("alter table public.t add column b int", "create", "column public.t.b", relation="table public.t")


def _dump(database) -> str:
    command = [str(database.server.bindir / "pg_dump"), "--inserts", database.url]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode:
        pytest.skip(f"no pg_dump of this version: {said.stderr}")
    return "".join(line for line in said.stdout.splitlines(True) if not line.startswith("\\"))


def test_it_tells_the_steps_and_changes_nothing(planned):
    target, plan = planned(SETUP, LONG)
    before = target.connect().execute("select count(*), max(xmin::text::bigint) from pg_class").fetchone()
    found = look(target.connect(), plan)
    assert [(step.form, step.first, step.end) for step in found.steps] == [
        ("transaction", 0, 2), ("alone", 2, 3), ("repeat", 3, 4), ("transaction", 4, 5), ("transaction", 5, 6),
        ("alone", 6, 7), ("alone", 7, 8), ("transaction", 8, 11), ("transaction", 11, 12),
    ]  # fmt: skip
    assert found.resumed_from is None and not found.already
    assert "own public.orders" in found.checked and "create in the database" in found.checked
    assert target.connect().execute("select count(*), max(xmin::text::bigint) from pg_class").fetchone() == before
    apply(target.connect(), plan)
    assert look(target.connect(), plan).already


def test_dumps_before_and_after_are_equal(planned):
    target, plan = planned(SETUP, LONG)
    before = _dump(target)
    look(target.connect(), plan)
    assert _dump(target) == before


def test_it_tells_where_an_interrupted_run_would_go_on(planned):
    target, plan = planned("create table public.t (id int)", [replace(ADD, transaction="own")])
    plan = replace(plan, statements=(*plan.statements, s("alter table public.t add column id int", transaction="own")))
    with pytest.raises(SqlFailed):
        apply(target.connect(), plan)
    assert look(target.connect(), plan).resumed_from == 2


def test_it_refuses_what_a_run_would_refuse(planned):
    target, plan = planned("create table public.t (id int)", [ADD])
    lossy = replace(plan, statements=(replace(ADD, hazards=(Hazard("data-loss", "x"),)),))
    with pytest.raises(Refused, match="data-loss"):
        look(target.connect(), lossy)
    with psycopg.connect(target.url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(hashtextextended('pggit apply', 0))")
        with pytest.raises(Busy):
            look(target.connect(), plan)
    target.connect().execute("create table public.more ()")
    with pytest.raises(Refused, match="not as the plan expects"):
        look(target.connect(), plan)


def test_it_names_the_rights_that_are_missing(planned, role):
    new = s("create table public.n (id int)", "create", "table public.n", transaction="own")
    schema = s("create schema s", "create", "schema s", transaction="own")
    target, plan = planned("create table public.t (id int)", [ADD, new, schema])
    admin = target.connect()
    admin.execute("revoke create on schema public from public")
    someone = role()
    plan = replace(plan, from_hash=_hash(target), to_hash="0" * 64)
    with pytest.raises(PermissionDenied) as error:
        look(target.connect(user=someone), plan)
    assert (
        error.value.message == "this role lacks rights: own public.t; create in schema public; create in the database"
    )
    owner = role("superuser login")
    assert look(target.connect(user=owner), plan).checked == (
        "own public.t", "create in schema public", "create in the database")  # fmt: skip


def _hash(database) -> str:
    from apply.plans import semantic

    return semantic(database)
