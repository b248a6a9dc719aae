"""Remotes of a store: a writer does not choose where an admin's password goes."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import pggit
from pggit.core.errors import ConnectionFailed, Refused
from pggit.db.connect import connect, connection_url, parameters_of
from pggit.db.stored_url import without_credentials
from pggit.settings import load
from pggit.work.remotes import add_remote, opened, url_of
from servers import Database


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server that asks for the password in the clear, and what it was sent."""
    sock = socket.create_server(("127.0.0.1", 0))
    got: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                client, _ = sock.accept()
            except OSError:
                return
            with client:
                begun = client.recv(1000)
                while begun[4:8] in (struct.pack("!I", 80877103), struct.pack("!I", 80877104)):
                    client.sendall(b"N")
                    begun = client.recv(1000)
                client.sendall(b"R" + struct.pack("!II", 8, 3))
                got.append(client.recv(1000))

    threading.Thread(target=serve, daemon=True).start()
    yield sock.getsockname()[1], got
    sock.close()


@pytest.mark.parametrize("way", ["PGPASSWORD", "PGPASSFILE", "passfile", "service", "connection"])
def test_no_password_goes_to_a_host_that_a_store_names(
    tracked: Database, listener: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    port, got = listener
    url = f"postgresql://me@127.0.0.1:{port}/shop"
    passfile = tmp_path / "pass"
    passfile.write_text("db.example.com:*:*:*:hunter2\n" if way == "PGPASSFILE" else "*:*:*:*:hunter2\n")
    passfile.chmod(0o600)
    services = tmp_path / "services"
    services.write_text("[evil]\npassword=hunter2\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    if way == "PGPASSWORD":
        monkeypatch.setenv("PGPASSWORD", "hunter2")
    elif way == "PGPASSFILE":
        monkeypatch.setenv("PGPASSFILE", str(passfile))
    elif way in ("passfile", "service"):
        url += f"?{way}={passfile if way == 'passfile' else 'evil'}"
    ours = tracked.url
    if way == "connection":
        ours = psycopg.conninfo.make_conninfo(ours, password="hunter2", passfile=str(passfile))
    with pggit.open(ours) as repository:
        repository.connection.execute("select pggit.set_remote('shop', %s)", [url])
        with pytest.raises((ConnectionFailed, Refused)), opened(load(), repository, "shop"):
            pass
    assert not any(b"hunter2" in sent for sent in got)


@pytest.mark.parametrize(
    "parameter", ["passfile", "service", "sslcert", "sslkey", "options", "hostaddr", "sslrootcert"]
)
def test_only_where_it_is_is_taken_from_a_store(tracked: Database, parameter: str) -> None:
    url = f"postgresql://me@db.example.com/shop?{parameter}=x"
    with pggit.open(tracked.url) as repository:
        with pytest.raises(Refused, match=parameter):
            add_remote(load(), repository, "shop", url)
        repository.connection.execute("select pggit.set_remote('shop', %s)", [url])
        with pytest.raises(Refused, match=parameter):
            url_of(load(), repository, "shop")


@pytest.mark.parametrize(
    ("ours", "theirs", "used"), [("require", "disable", "require"), ("prefer", "verify-full", "verify-full")]
)
def test_encryption_is_at_least_ours(tracked: Database, ours: str, theirs: str, used: str) -> None:
    over_a_socket = psycopg.conninfo.make_conninfo(tracked.url, sslmode=ours)  # where it has no effect
    with psycopg.connect(over_a_socket) as connection:
        made = parameters_of(without_credentials(f"postgresql://h/d?sslmode={theirs}", connection))
    assert made["sslmode"] == used and made["password"] == ""


def test_a_second_connection_takes_no_password_either(tracked: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(psycopg.conninfo.make_conninfo(tracked.url, password="")) as connection:
        assert parameters_of(connection_url(connection))["password"] == ""


@pytest.mark.parametrize("level", ["reader", "auditor", "writer"])
def test_a_writer_sets_no_remote(tracked: Database, role: Callable[..., str], level: str) -> None:
    name = role()
    with pggit.open(tracked.url) as repository:
        repository.grant(level, name)
        add_remote(load(), repository, "shop", "postgresql://me@db.example.com/shop")
    with pggit.open(tracked.url_as(name)) as repository:
        for url in ("postgresql://attacker/x", None):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                repository.connection.execute("select pggit.set_remote('shop', %s)", [url])
