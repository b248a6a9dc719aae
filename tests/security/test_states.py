"""What a writer can call leaves the store sound, and what a superuser damaged is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

import pggit
from pggit.core.allowed_signers import AllowedSigner
from pggit.core.sshsig import key_of_line
from pggit.repo.repository import Repository
from pggit.repo.signing import load_signer, sign_commits, verify
from servers import Database


@pytest.fixture
def repo(tracked: Database) -> Repository:
    repository = pggit.open(tracked.url)
    repository.connection.execute("create table public.t (a int)")
    repository.commit("t")
    repository.create_branch("side")
    repository.create_tag("v1", message="First")
    return repository


@pytest.fixture
def writer(repo: Repository, tracked: Database, role: Callable[..., str]) -> psycopg.Connection:
    name = role()
    repo.grant("writer", name)
    return tracked.connect(user=name)


NOWHERE = "decode(repeat('ab', 32), 'hex')"
CALLS = [
    "pggit.delete_ref('HEAD')",
    "pggit.delete_ref(null)",
    "pggit.rebase_abort()",
    "pggit.rebase_finish('side', encode(pggit.head(), 'hex'), encode(pggit.resolve('HEAD~1'), 'hex'))",
    f"pggit.rebase_finish('main', encode(pggit.head(), 'hex'), encode({NOWHERE}, 'hex'))",
    """pggit.rebase_stop(jsonb_build_object('branch', 'main', 'original', encode(pggit.head(), 'hex'), 'onto', 'x',
      'tip', encode(pggit.head(), 'hex'), 'todo', '[]'::jsonb, 'conflicts', '[]'::jsonb))""",
    f"""pggit.rebase_stop(jsonb_build_object('branch', 'main', 'original', encode(pggit.head(), 'hex'), 'onto', 'x',
      'tip', encode(pggit.head(), 'hex'), 'todo', jsonb_build_array(encode({NOWHERE}, 'hex')), 'conflicts', '[]'::jsonb))""",
    f"pggit.advance_head(encode(pggit.head(), 'hex'), encode({NOWHERE}, 'hex'), 'x')",
    f"pggit.conclude_merge(encode({NOWHERE}, 'hex'), encode(pggit.head(), 'hex'), 'x')",
    f"pggit.hold_commit('replay/tip', encode({NOWHERE}, 'hex'))",
    "pggit.hold_commit('replay/other', encode(pggit.head(), 'hex'))",
    f"pggit.update_ref('heads/x', null, {NOWHERE}, true, 'x')",
    f"pggit.write_commit({NOWHERE}, '{{}}', 'x', now(), 'x')",
    "pggit.write_commit(null, '{}', 'x', now(), 'x')",
    "pggit.write_commit((select hash from pggit.tree limit 1 offset 3), '{}', 'x', now(), 'x')",
    "pggit.write_commit(pggit.tree_of('HEAD'), array[encode(pggit.head(), 'hex'), encode(pggit.head(), 'hex')], 'x', now(), 'x')",
    "pggit.write_commit(pggit.tree_of('HEAD'), '{}', 'x', 'infinity', 'x')",
    "pggit.write_commit(pggit.tree_of('HEAD'), '{}', 'x', '0044-01-01 BC', 'x')",
    "pggit.write_commit(pggit.tree_of('HEAD'), '{}', 'x', '10000-01-01', 'x')",
    "pggit.write_commit(pggit.tree_of('HEAD'), '{}', null, now(), 'x')",
    "pggit.record_merge(encode(pggit.head(), 'hex'), encode(pggit.head(), 'hex'), '{}', 'x')",
    "pggit.record_merge(encode(pggit.head(), 'hex'), null, '{}', 'x')",
    """pggit.put_groups(null, jsonb_build_object('table a', jsonb_build_object('table a',
      (repeat('{"a":', 3000) || '{}' || repeat('}', 3000))::jsonb)))""",
    """pggit.put_groups(null, '{"table a": {"table a": []}}')""",
    """pggit.put_groups(null, '{"table a": {"table a": {"x": 1.5}}}')""",
    """pggit.put_groups(null, '{"table a": {"table a": {"x": [null]}}}')""",
    """pggit.put_groups(null, jsonb_build_object('table a', jsonb_build_object('table a', jsonb_build_object('x', (repeat('9', 5000))::numeric))))""",
    "pggit.start_merge('ab', 'cd', 'x', 'x', '[]')",
    "pggit.put_signatures(array[pggit.head()], array[''], array['ssh-ed25519 AAAA'], array['garbage'], array[now()])",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_calls_out_of_place_are_refused(repo: Repository, writer: psycopg.Connection, call: str) -> None:
    before = repo._rows("select name, commit, target from pggit.ref order by 1")
    with pytest.raises(psycopg.Error) as refused:
        writer.execute(f"select {call}")
    assert (refused.value.sqlstate or "").startswith(("PG", "22", "23"))
    assert repo._rows("select name, commit, target from pggit.ref order by 1") == before
    assert repo._rows("select from pggit.sequence") == repo._rows("select from pggit.signature") == []
    assert repo.fsck() == []


def test_what_a_tag_says_stays(repo: Repository, writer: psycopg.Connection) -> None:
    writer.execute("select pggit.annotate_tag('v1', pggit.resolve('v1'), 'Other', 'Eve', now())")
    assert [(tag.message) for tag in repo.tags()] == ["First"]


def test_conflicts_of_merges_that_are_done_stay(repo: Repository, writer: psycopg.Connection) -> None:
    writer.execute(
        """select pggit.put_conflicts(7, '[{"key": "x", "group_key": "x", "class": "x", "attributes": []}]')"""
    )
    assert repo._rows("select from pggit.conflicts") == []


def test_a_garbage_signature_takes_nothing_from_a_good_one(
    repo: Repository, writer: psycopg.Connection, tmp_path
) -> None:
    import subprocess

    keys = []
    for name in ("ann", "eve"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
        keys.append(load_signer(tmp_path / name))
    ann, eve = keys
    tip = repo.commit_info().hash
    sign_commits(repo, [tip], ann)
    forged = eve.sign(b"something else", "pggit")
    put = (
        "select pggit.put_signatures(array[decode(%s, 'hex')], array[''], array[%s], array[%s], array[%s::timestamptz])"
    )
    assert writer.execute(put, [tip, eve.public, forged, datetime.now(UTC)]).fetchone() == (1,)
    found = verify(repo, [tip], [AllowedSigner("ann@example.com", key_of_line(ann.public))])
    assert next(one.status for one in found.commits) == "good"
    assert not found.failed(require=False, trusting=True)
    for signer, armored in (
        (ann.public, forged),
        (eve.public, eve.sign(b"x", "git")),
        (eve.public, forged.replace("\n", "", 1)),
        (eve.public, forged.replace("SSH", "PGP")),
        (eve.public, forged[:-40]),
        (eve.public + " comment", forged),
        ("", ""),
    ):
        with pytest.raises(psycopg.Error, match="not an SSH signature"):
            writer.execute(put, [tip, signer, armored, datetime.now(UTC)])
    for time in ("infinity", "0044-01-01 BC", "10000-01-01"):
        with pytest.raises(psycopg.Error, match="its time"):
            writer.execute(put, [tip, eve.public, forged, time])
    assert repo.fsck() == []


DAMAGE = {
    "delete from pggit.ref where name = 'HEAD'": "missing HEAD",
    "update pggit.ref set target = 'heads/gone' where name = 'HEAD'": "dangling HEAD",
    "update pggit.ref set target = null where name = 'HEAD'": "dangling HEAD",
    "update pggit.ref set commit = decode(repeat('ab', 32), 'hex') where name = 'heads/side'": "missing commit",
    "update pggit.ref set commit = null where name = 'heads/side'": "bad ref",
    "alter table pggit.ref drop constraint ref_name; update pggit.ref set name = 'tags/x y' where name = 'tags/v1'": "bad ref",
    "update pggit.commit set authored_at = 'infinity' where hash = pggit.head()": "malformed commit",
    "update pggit.commit set authored_at = '0044-01-01 BC' where hash = pggit.head()": "malformed commit",
    "alter table pggit.commit drop constraint commit_parents; update pggit.commit set parents = array[parents] where hash = pggit.head()": "malformed commit",
    "alter table pggit.commit drop constraint commit_parents; update pggit.commit set parents = parents || null::bytea where hash = pggit.head()": "malformed commit",
    "update pggit.commit set message = 'other' where hash = pggit.head()": "damaged commit",
    "update pggit.commit set generation = 9 where hash = pggit.head()": "damaged commit",
    "update pggit.commit set tree = decode(repeat('ab', 32), 'hex') where hash = pggit.head()": "missing tree",
    "update pggit.commit set tree = (select hash from pggit.tree where entries ? 'table public.t' limit 1) where hash = pggit.head()": "malformed commit",
    "delete from pggit.blob where hash in (select hash from pggit.blob limit 1)": "missing object",
    "update pggit.blob set definition = '[]' where hash in (select hash from pggit.blob limit 1)": "malformed blob",
    "update pggit.blob set definition = definition || '{\"x\": 1.5}' where hash in (select hash from pggit.blob limit 1)": "malformed blob",
    "update pggit.blob set meaning = decode(repeat('ab', 32), 'hex') where hash in (select hash from pggit.blob limit 1)": "damaged blob",
    "update pggit.tree set meaning = decode(repeat('ab', 32), 'hex') where entries ? 'table public.t'": "damaged tree",
    "update pggit.tree set entries = '[1]' where entries ? 'table public.t'": "malformed tree",
    "update pggit.tree set entries = entries || '{\"x y\": \"zz\"}' where entries ? 'table public.t'": "malformed tree",
    "update pggit.commit_change set new = null where commit = pggit.head()": "damaged history",
    "insert into pggit.signature values ('\\x00', pggit.head(), '', 'x', 'y', now())": "malformed signature",
    "insert into pggit.sequence (branch, original, onto, tip, todo, conflicts) values ('gone', '\\x', '', '\\x', '{}', '{}')": "damaged rebase",
}  # fmt: skip


@pytest.mark.parametrize("damage", list(DAMAGE))
def test_fsck_finds(repo: Repository, damage: str) -> None:
    assert repo.fsck() == []
    repo.connection.execute(damage.encode())
    rows = repo._rows("select problem from pggit.store_problems()")
    assert DAMAGE[damage] in {problem for (problem,) in rows}
