"""Secrets are kept nowhere: one list of names and forms, the same in SQL and in Python."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pggit
from pggit.core.credentials import PLACEHOLDER, is_secret, masked
from pggit.db.redact import redact_url
from pggit.kinds.reader import expand
from servers import Database, session

SECRET = st.text("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=8, max_size=20).map(
    lambda text: f"Zq{text}"
)
FORMS = [
    "postgres://user:{s}@host/db", "https://a:{s}@host:443/x?y=1", "redis://:{s}@cache", "host=h password={s} user=u",
    "host=h password = '{s} and more' user=u", "postgresql://h/db?sslpassword={s}&x=1", "Server=h;Pwd={s};Database=d",
    "DefaultEndpointsProtocol=https;AccountName=n;AccountKey={s}==;EndpointSuffix=x", "https://blob/x?sv=2020&sig={s}%3D&se=1",
    '{{"client_secret": "{s}", "x": 1}}', "-----BEGIN PRIVATE KEY-----\n{s}\n-----END PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{s}+/=", "Authorization: Bearer {s}", "eyJhbGciOi{s}.eyJzdWIi.{s}",
    "ghp_{s}0000000000000000", "api_token={s}", "x-api-key: {s}", "driver={{ODBC}};PWD={{{s} }};",
]  # fmt: skip
OPTIONS = ["password", "pw", "pwd", "pass", "sas", "privkey", "private_key", "secret", "api_key", "apikey", "accessKey", "auth", "token", "pin"]  # fmt: skip
HARMLESS = ["host", "port", "dbname", "user", "path", "passfile", "design", "spinlock", "password_encryption", "password_required", "keyspace", "author"]  # fmt: skip
ONCE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.sampled_from(FORMS), SECRET)
def test_credentials_are_masked_wherever_they_stand(form: str, secret: str) -> None:
    shown = masked(form.format(s=secret))
    assert secret not in shown
    assert masked(shown) == shown
    assert secret not in redact_url(form.format(s=secret))


@pytest.mark.parametrize("text", ["http://host:80/a/b?c=d#e", "host=h user=u passfile=/x/y", "design=1 passing=2", "", "a@b:c", "select 1", "/etc/ssl/key.pem"])  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("name", OPTIONS)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name) and is_secret(name.upper()) and is_secret(f"my_{name}")


@pytest.mark.parametrize("name", HARMLESS)
def test_names_of_others(name: str) -> None:
    assert not is_secret(name)


@ONCE
@given(st.lists(st.one_of(st.sampled_from([*FORMS, *OPTIONS, *HARMLESS, "=", " ", ":", "@", "'", '"', "\\", "&", ";", ",", "{", "}", "://", "-----BEGIN", "\n"]), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=4)), max_size=12).map("".join))  # fmt: skip
def test_sql_masks_as_python_does(database: Database, text: str) -> None:
    with psycopg.connect(database.url) as connection:
        sql = expand("{masked text=X}", 18).replace("X", "$1").encode()
        connection.execute(b"prepare m(text) as select " + sql)
        found = connection.execute(psycopg.sql.SQL("execute m({})").format(psycopg.sql.Literal(text))).fetchone()
    assert found is not None and found[0] == masked(text)


def test_sql_knows_the_same_names(database: Database) -> None:
    query = expand("select n from unnest(%s::text[]) as n where n ~* {secret_option_names}", 18)
    with database.connect() as connection:
        found = {name for (name,) in connection.execute(query.encode(), [OPTIONS + HARMLESS])}
    assert found == set(OPTIONS)


def carriers(secret: str) -> list[str]:
    return [
        *(f"alter server s options (add o{n} {literal(form.format(s=secret))})" for n, form in enumerate(FORMS)),
        *(f"alter foreign data wrapper w options (add {name} '{secret}')" for name in OPTIONS),
        f"create user mapping for public server s options (user 'ann', anything '{secret}', certificate '{secret}')",
        f"create foreign table ft (a int options (sas '{secret}')) server s options (uri 'http://u:{secret}@h')",
        f"create function f() returns int language sql set my.api_token = '{secret}' as 'select 1'",
        f"create subscription sub connection 'host=/nowhere sslpassword={secret} password=''{secret} x''' publication p with (connect = false)",
        f"alter role current_user set my.password = '{secret}'",
    ]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SECRET)
def test_no_secret_reaches_the_store_or_a_reader(make_database: Callable[..., Database], secret: str) -> None:
    database = make_database()
    with pggit.open(database.url) as repo:
        repo.init()
        repo.set("include_kinds", "role,role setting,subscription")
        session(repo).execute("create foreign data wrapper w; create server s foreign data wrapper w")
        for statement in carriers(secret):
            session(repo).execute(statement.encode())
        repo.status()
        repo.commit("all")
        tables = repo.connection.execute(
            "select c.oid::regclass::text from pg_class as c where c.relnamespace = 'pggit'::regnamespace and c.relkind = 'r'"
        ).fetchall()
        for (table,) in tables:
            row = repo.connection.execute(
                f"select coalesce(string_agg(x::text, ' '), '') from {table} as x".encode()
            ).fetchone()
            assert row is not None and secret not in row[0], table
        state = repo.load("HEAD")
        mapping = state.definition("server s", "user mapping public on server s")
        assert mapping["options"] == {"user": "ann", "anything": PLACEHOLDER, "certificate": PLACEHOLDER}
        session(repo).execute(
            "alter role current_user reset my.password; alter subscription sub disable; alter subscription sub set (slot_name = none); drop subscription sub"
        )


def test_a_plan_asks_for_what_is_not_kept(make_database: Callable[..., Database]) -> None:
    from pggit.apply.secrets import labels
    from pggit.plan.make import plan as make_plan

    source, target = make_database(), make_database()
    with source.connect() as connection:
        connection.execute(
            "create foreign data wrapper w; create server s foreign data wrapper w options (uri 'amqp://u:hidden@h', pw 'hidden');"
            " create user mapping for public server s options (user 'ann', certificate 'hidden');"
            " create function f() returns text language sql set my.api_token = 'hidden' as $$ select '{secret}' $$"
        )
    plan = make_plan(target.url, source.url)
    assert "hidden" not in "\n".join(statement.sql for statement in plan.statements)
    asked = labels(plan)
    assert {label.split(": ")[1] for label in asked} == {
        "password in uri", "option pw", "option certificate", "option my.api_token",
    }  # fmt: skip
