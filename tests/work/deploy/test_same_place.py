"""A protected remote stays protected under every spelling of its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from pggit.core.errors import Refused
from pggit.db.connect import connect, parameters_of
from pggit.db.same import leads_to
from pggit.settings import Settings, load
from pggit.work.deploy.deploy import deploy
from pggit.work.deploy.results import How
from pggit.work.deploy.target import find_target
from servers import Database

CLOSED = "1"


def protecting(tmp_path: Path, url: str) -> Settings:
    """Settings in which a database is protected."""
    (tmp_path / ".pggit.toml").write_text(f'[remotes.live]\nurl = "{url}"\nprotected = true\n')
    return load(cwd=tmp_path)


def spelled(url: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write in another way where a database is."""
    given = parameters_of(url)
    if way == "service":
        services = tmp_path / "services"
        services.write_text("[live]\n" + "".join(f"{key}={value}\n" for key, value in given.items()))
        monkeypatch.setenv("PGSERVICEFILE", str(services))
        return "service=live"
    if way == "hosts":
        return psycopg.conninfo.make_conninfo(url, host=f"/nowhere,{given['host']}")
    if way == "address":
        return psycopg.conninfo.make_conninfo(url, host="127.1")
    return psycopg.conninfo.make_conninfo(url, host=f"{given['host']}/.")


@pytest.mark.parametrize("way", ["service", "hosts", "address", "path"])
def test_another_spelling_is_the_same(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    url = spelled(database.url, way, tmp_path, monkeypatch)
    try:
        connect(url).close()
    except Exception:
        pytest.skip("the server does not listen there")
    settings = protecting(tmp_path, database.url)
    target = find_target(settings, url)
    assert target.protected is None  # the text does not tell
    with pytest.raises(Refused, match="same database as remote live"):
        deploy("empty", target, settings=settings, how=How(prove=False))
    assert deploy("empty", target, settings=settings, how=How(prove=False, dry_run=True)).already


def test_another_database_of_the_server_is_another(make_database: Callable[..., Database], tmp_path: Path) -> None:
    live, other = make_database(), make_database()
    settings = protecting(tmp_path, live.url)
    assert deploy("empty", find_target(settings, other.url), settings=settings, how=How(prove=False)).already


def test_what_does_not_answer_is_compared_by_address(database: Database, tmp_path: Path) -> None:
    with connect(database.url) as connection:
        unknown = psycopg.conninfo.make_conninfo(database.url, user="nobody_here")
        assert leads_to(unknown, connection) is True
        assert leads_to(psycopg.conninfo.make_conninfo(unknown, dbname="other"), connection) is None
        closed = psycopg.conninfo.make_conninfo(database.url, port=CLOSED)
        assert leads_to(closed, connection) is None
    settings, said = protecting(tmp_path, closed), []
    deploy("empty", find_target(settings, database.url), settings=settings, how=How(prove=False, tell=said.append))
    assert said == ["remote live is protected and does not answer: it was compared by address only"]
