"""Errors: exit statuses as documented, secrets left out."""

from __future__ import annotations

import psycopg
import pytest

from pggit.core import errors
from pggit.core.errors import Busy, ConnectionFailed, PermissionDenied, PgGitError, SqlFailed, UsageError
from pggit.db.connect import connect, connection_url
from pggit.db.redact import redact_url
from pggit.db.sqlstate import translated
from servers import Database, TestServer


def test_exit_statuses_are_the_documented_ones() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, PgGitError)]
    assert {c.exit_status for c in classes} >= {2, 3, 4, 5, 6, 7, 8, 70}
    for c in classes:
        assert f"\n{c.exit_status} " in str(errors.__doc__)
    assert len({c.code for c in classes}) == len(classes) - 1  # the base and InternalError share one
    assert PgGitError("m", hint="h").hint == "h"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@h/d",
        "postgresql://u:s3cret@h:5432/d?sslmode=require",
        "postgresql://u:s3cret/with?no@h/d",
        "postgresql://u:s3c@s3cret@h/d",
        "postgresql://h/d?user=u&password=s3cret&x=1",
        "host=h password=s3cret dbname=d",
        "host=h password = 's3cret with s3cret' dbname=d",
        r"host=h password='s3cret\'s3cret' dbname=d",
        "host=h PASSWORD='s3cret unfinished",
        "user=u password=s3cret\\ s3cret",
    ],
)
def test_redact_url(url: str) -> None:
    shown = redact_url(url)
    assert "s3c" not in shown
    assert "***" in shown
    assert "h" in shown or "u" in shown


def test_redact_url_leaves_the_rest() -> None:
    assert redact_url("postgresql://u@h/d?x=password") == "postgresql://u@h/d?x=password"
    assert redact_url("postgresql://u:p@h/d") == "postgresql://u:***@h/d"
    assert redact_url("host=h password=p dbname=d") == "host=h password=*** dbname=d"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@127.0.0.1:1/d",
        "postgresql://u:s3cret@/d?host=/nonexistent",
        "host=/nonexistent password=s3cret",
        "postgresql://u:s3cret:5432/d",
        "postgresql://u:s3 cret@h:x/d",
        "host=h password='s3cret",
        "password s3cret",
        "postgresql://u:%zzs3cret@h/d",
    ],
)
def test_no_password_in_connection_errors(url: str) -> None:
    with pytest.raises((ConnectionFailed, UsageError)) as caught:
        connect(url)
    assert "s3" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.__suppress_context__


def test_wrong_database_and_role(server: TestServer) -> None:
    with pytest.raises(ConnectionFailed, match="does not exist"):
        connect(server.url_of("nowhere"))
    with pytest.raises(ConnectionFailed, match="does not exist"):
        connect(psycopg.conninfo.make_conninfo(server.url, user="nobody_here"))


def test_translation_by_sqlstate(database: Database, role) -> None:
    connection = database.connect()
    connection.execute("create table t(a int)")
    with pytest.raises(SqlFailed, match='relation "nowhere" does not exist') as failed, translated():
        connection.execute("select * from nowhere")
    assert failed.value.sqlstate == "42P01"
    with pytest.raises(PermissionDenied), translated():
        database.connect(user=role()).execute("select * from t")
    with connection.transaction():
        connection.execute("lock table t")
        other = database.connect()
        other.execute("set lock_timeout = '20ms'")
        with pytest.raises(Busy), translated():
            other.execute("select * from t")
    connection.execute("select pg_terminate_backend(%s)", (other.info.backend_pid,))
    with pytest.raises(ConnectionFailed), translated():
        other.execute("select 1")
    with pytest.raises(ConnectionFailed), translated():
        other.execute("select 1")


def test_connection_has_our_name_and_settings(database: Database) -> None:
    connection = connect(database.url)
    assert connection.execute("show application_name").fetchone() == ("pggit",)
    assert connection.execute("show client_encoding").fetchone() == ("UTF8",)
    assert connection.info.get_parameters()["connect_timeout"] == "10"
    again = connect(connection_url(connection))
    assert again.info.dbname == database.name
    again.close()
    connection.close()
    named = connect(psycopg.conninfo.make_conninfo(database.url, application_name="mine", connect_timeout=3))
    assert named.execute("show application_name").fetchone() == ("mine",)
    assert named.info.get_parameters()["connect_timeout"] == "3"
    named.close()


def test_connection_url_keeps_the_password(database: Database) -> None:
    url = psycopg.conninfo.make_conninfo(database.url, password="a b'c")
    connection = connect(url)
    assert psycopg.conninfo.conninfo_to_dict(connection_url(connection, "x y"))["password"] == "a b'c"
    assert psycopg.conninfo.conninfo_to_dict(connection_url(connection, "x y"))["dbname"] == "x y"
    connection.close()
