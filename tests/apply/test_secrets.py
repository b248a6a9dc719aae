"""Secrets: asked for before anything runs, put into the statement, shown nowhere."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from apply.plans import s
from pggit.apply.run import apply
from pggit.apply.secrets import filled
from pggit.core.errors import SqlFailed, UsageError

LABEL = "user mapping postgres on server s: option password"
VALUES = ["plain", "it's", "back\\slash", "two words", "{secret}", "%s 100%", 'ü € "q"', "a@b:c/d?e#f&g=h"]
SETUP = "create foreign data wrapper w; create server s foreign data wrapper w"
MAPPING = s(
    "create user mapping for postgres server s options (user 'u', password '{secret}')", "create",
    "user mapping postgres on server s", secrets=(LABEL,),
)  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("{secret}", "model")


@pytest.mark.parametrize("value", VALUES)
def test_an_option_gets_its_value(planned, value):
    target, plan = planned(
        SETUP, [MAPPING, s("create table public.x ()", "create", "table public.x", transaction="own")], _plain
    )
    apply(target.connect(), plan, secrets={LABEL: value})
    options = target.connect().execute("select umoptions from pg_user_mappings").fetchone()[0]
    assert options == ["user=u", f"password={value}"]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("form", ["host=h password={secret} dbname=d", "postgresql://u:{secret}@h/d"])
def test_a_connection_string_gets_it_as_its_form_wants(database, value, form):
    statement = s(
        f"create subscription \"it's\" connection '{form}' publication p with (connect = false)", secrets=("x",)
    )
    connection = database.connect()
    connection.execute(filled(statement, {"x": value}).encode())
    (written,) = connection.execute(
        "select subconninfo from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())"
    ).fetchone()
    assert psycopg.conninfo.conninfo_to_dict(written)["password"] == value
    connection.execute("""alter subscription "it's" set (slot_name = none); drop subscription "it's" """)


def test_several_in_one_statement_keep_their_order():
    statement = s(
        "alter server s options (add a E'\\\\ {secret}', add \"{secret}'\" $${secret}$$, add b '{secret}{secret}')",
        secrets=("1", "2", "3"),
    )
    assert filled(statement, {"1": "one", "2": "two", "3": "three"}) == (
        "alter server s options (add a E'\\\\ one', add \"{secret}'\" $${secret}$$, add b 'twothree')"
    )


def test_without_labels_nothing_is_replaced():
    assert filled(s("select '{secret}'"), {}) == "select '{secret}'"


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, f"not given: {LABEL}"), ({LABEL: "x", "other": "y"}, "has no secret other")],
)
def test_what_is_missing_or_too_much_is_said_before_anything_runs(planned, given, said):
    target, plan = planned(SETUP, [MAPPING], _plain)
    with pytest.raises(UsageError, match=said):
        apply(target.connect(), plan, secrets=given)
    assert target.connect().execute("select count(*) from pg_user_mappings").fetchone()[0] == 0


def test_a_plan_whose_placeholders_do_not_match_is_damaged(planned):
    target, plan = planned(SETUP, [MAPPING], _plain)
    damaged = replace(plan, statements=(replace(MAPPING, secrets=(LABEL, "another")),))
    with pytest.raises(UsageError, match="1 placeholders for 2 secrets"):
        apply(target.connect(), damaged, secrets={LABEL: "x", "another": "y"})


def test_the_value_is_in_no_message_and_no_journal(planned):
    target, plan = planned(SETUP, [MAPPING], _plain)
    first = s("create table public.x ()", "create", "table public.x", transaction="own")
    cast = s(
        "do 'begin raise exception ''bad value {secret}''; end'",
        "alter",
        "table public.x",
        transaction="own",
        secrets=("word",),
    )
    plan = replace(plan, statements=(first, replace(MAPPING, transaction="own"), cast))
    connection = target.connect()
    with pytest.raises(SqlFailed) as error:
        apply(connection, plan, allow={"data-loss"}, secrets={LABEL: "hunter2", "word": "hunter2"})
    assert "bad value ***" in str(error.value)
    assert "hunter2" not in f"{error.value} {error.value.message} {error.value.hint} {error.value.args}"
    journal = connection.execute(
        "select prosrc || obj_description('pggit_apply'::regnamespace) from pg_proc where proname = 'plan'"
    ).fetchone()[0]
    assert "{secret}" in journal and "hunter2" not in journal
