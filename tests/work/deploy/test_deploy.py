"""Deployments to real servers: there, back again, and what is said where neither could be done."""

from __future__ import annotations

import stat
import subprocess

import pytest

from pggit.core.errors import Refused, SqlFailed
from pggit.work.deploy.deploy import deploy
from pggit.work.deploy.results import How, LeftMidway
from work.deploy.conftest import WIDER, schema


def test_it_is_proven_backed_up_applied_and_looked_at(production, to, wider, make_database):
    model = make_database()
    model.connect().execute(WIDER.encode())
    said = []
    done = deploy(wider, to(), how=How(tell=said.append))
    assert schema(production) == done.hash == schema(model)
    assert (done.already, done.proof, done.reconnects, done.resumed) == (False, "proven", 0, False)
    assert done.statements > 3
    assert production.connect().execute("select count(*), sum(total) from orders").fetchone() == (200, 20100)
    assert done.backup and done.backup.file.parent == to().state / "backups"
    assert stat.S_IMODE(done.backup.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(done.backup.file.parent.stat().st_mode) == 0o700
    assert said == [f"backup {done.backup.file} ({done.backup.bytes} bytes), read again"]


def test_at_its_end_already_nothing_is_done(production, to, wider):
    deploy(wider, to())
    again = deploy(wider, to())
    assert (again.already, again.statements, again.backup, again.proof) == (True, 0, None, "not needed")
    assert len(list((to().state / "backups").iterdir())) == 1
