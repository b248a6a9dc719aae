"""Core behaviour dies with its code (DESIGN §4, rule 10): each function of the engine, emptied, makes a probe fail."""

from __future__ import annotations

import psycopg
import pytest

from engine.oracle import one
from servers import available_versions

EXEMPT = {
    # merging, replaying, sharing: tests/work/merge, tests/work/test_rebase.py, test_pick.py, tests/repo/test_share.py
    "abort_merge", "advance_head", "apart", "check_rebased", "commits_between", "conclude_merge", "describe",
    "end_rebase", "hold_commit", "is_ancestor", "meanings_of", "merge_base", "put_conflicts", "put_groups",
    "rebase_abort", "rebase_finish", "rebase_stop", "receive_blobs", "receive_commits", "receive_trees",
    "record_merge", "rename_branch", "require_hash", "resolve_conflicts", "set_remote", "standing", "start_merge",
    "update_ref", "write_commit",
    # what may enter the store, and what is found in it: tests/security/test_refs.py, test_received.py, test_states.py
    "are_trees_readable", "commit_problem", "commit_problems", "content_problems", "definition_problem", "guard_commit",
    "require_own_code",  # test_owner_code.py
    "is_list_of", "is_objects", "is_parents", "is_ref", "is_ref_name", "is_signature", "read_signature", "ref_problems", "require_commit", "require_form",
    "require_root", "root_problems", "said_problems", "store_problems",
    # many trees at once: test_store.py
    "diff_pairs",
    # what an upgrade finds in older stores, and restores in other clusters: tests/security/test_older_store.py
    "find_roles", "put_aside", "safe_ref", "set_aside_commits", "set_aside_refs", "set_aside_said",
    # who approves: tests/security/test_approvals.py
    "can_become", "guard_new_branch", "guard_new_name", "is_author", "request_makers", "require_protected_start", "revision_hash", "session_role",
    # signing: tests/repo/test_signing.py
    "annotate_tag", "put_signatures",
    # what protects branches, requests: the probe below
    "approval_text", "change_hash", "close_request", "guard_branch", "is_meant", "note_change", "obstacles",
    "open_request", "protect", "put_revision", "record_proof", "request_authors", "require_direct", "require_request",
    "review_request", "rule_of", "unprotect", "verdicts",
    # generated from the kinds, or of the redactor: tests of their own
    "read_objects", "redact", "acl_objects",
    # only in other circumstances: two sessions (test_concurrency), restores (test_dump), broken captures and replicas (test_store, test_dump)
    "overlaps", "find_again", "is_file_copy", "database_oid", "system_identifier", "capture_failed", "leave_out_replicated", "note_seal", "note_user",
    # what switch, reset, revert and stash call: tests/work
    "drop_kept", "keep_column", "keep_note", "keep_schema", "keep_sequence", "keep_table", "kept", "move_head",
    "record_stash", "reset_head", "return_place", "return_places", "return_rows", "return_values", "row_key",
    "settle_history", "strip_statements", "record_kept", "forget_kept", "stashed",
    # what keeps others from applying: tests/apply/test_lock.py
    "lock_key", "renew_lock",
    # looking without folding, waiting, access: tests/security/test_waiting.py, test_access.py
    "access_", "give_rights", "granted_rights", "group_changes", "live_", "lock_", "may_fold", "pending_history", "renaming",
    "read_rippled", "reread", "revoke_access", "take_rights", "try_", "unfolded", "unrecorded", "work_tree",
    # rows that come back with their owner's rights: tests/security/test_rows_kept.py
    "holds", "outranks", "path_of", "require_own_children", "run_as_owner", "runs_as_caller",
    # used by others alone, or before there is anything to probe
    "initialize", "fill_working", "fail",
}  # fmt: skip


def rows(connection: psycopg.Connection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


def keys(connection: psycopg.Connection) -> set[str]:
    return {key for (key,) in rows(connection, "select key from pggit.objects")}


def probe(connection: psycopg.Connection, reader: str) -> None:
    """A little of everything, within one transaction; asserts what must have come of it."""
    run = connection.execute

    def folded() -> set[str]:
        run("set constraints all immediate; set constraints all deferred")
        one(connection, "select pggit.fold()")
        return keys(connection)

    run("create table t (id int primary key, a text); create view v as select a from t; create index i on t (a)")
    run(
        "create table p (a int) partition by list (a); create table p1 partition of p default; create schema s; create table s.x (b int)"
    )
    run("set constraints all immediate; set constraints all deferred")
    assert rows(connection, "select count(*) > 3, count(key) > 3 from pggit.reading") == [(True, True)]
    assert folded() >= {
        "table public.t",
        "column public.t.a",
        "constraint t_pkey on public.t",
        "index public.i",
        "view public.v",
        "table s.x",
    }
    root = one(connection, "select pggit.write_tree()")
    first = one(connection, "select pggit.commit('one')")
    assert (
        one(connection, "select encode(tree, 'hex') from pggit.commit where message = 'one'") == root.hex()
        and len(first) == 64
    )
    assert len(rows(connection, f"select * from pggit.tree_objects('\\x{root.hex()}')")) == len(keys(connection))

    run("alter table t rename a to z; alter table p add column b int; alter schema s rename to s2; drop index i")
    now = folded()
    assert "column public.p1.b" in now and "table s2.x" in now and "index public.i" not in now
    assert "z" in one(connection, "select definition ->> 'query' from pggit.objects where key = 'view public.v'")
    run("grant select on t to public")
    assert "acl PUBLIC on table public.t" in folded()
    changed = rows(connection, "select change, key from pggit.status()")
    assert (
        ("create", "column public.t.z") in changed
        and ("drop", "column public.t.a") in changed
        and ("alter", "view public.v") in changed
    )
    assert sorted(rows(connection, "select change, key from pggit.diff('HEAD', 'work')")) == sorted(changed)
    run("set local pggit.author = 'ann'")
    second = one(connection, "select pggit.commit('two')")
    assert sorted(rows(connection, "select change, key from pggit.diff('HEAD~1', 'HEAD')")) == sorted(changed)
    assert rows(connection, "select message, author from pggit.log()")[0] == ("two", "ann")
    assert rows(connection, "select hash, parents from pggit.log() limit 1") == [(second, [first])]
    assert [m for (m,) in rows(connection, "select message from pggit.log('HEAD', 'view public.v')")] == ["two", "one"]
    blamed = dict(rows(connection, "select key, message from pggit.blame('public.t')"))
    assert (
        blamed["column public.t.z"] == "two" and blamed["column public.t.id"] == "one" and "view public.v" not in blamed
    )
    assert one(connection, "select encode(pggit.resolve('HEAD~1'), 'hex')") == first
    assert one(connection, f"select encode(pggit.resolve('{second[:8]}'), 'hex')") == second
    assert one(connection, "select encode(pggit.resolve('main@{1}'), 'hex')") == first
    assert one(connection, "select pggit.short(pggit.head())") == second[:10]
    assert "rename a to z" in one(
        connection, "select tag || ' ' || statement from pggit.get_history('view public.v') limit 1"
    )
    assert rows(connection, "select key from pggit.history where at is null or session_user_name is null") == []

    one(connection, "select pggit.create_branch('side', 'HEAD~1')")
    one(connection, "select pggit.create_branch('same')")
    one(connection, "select pggit.create_tag('v1')")
    assert rows(connection, "select name, is_current from pggit.branches order by 1") == [
        ("main", True),
        ("same", False),
        ("side", False),
    ]
    for wrong, message in [
        ("create_branch('a b')", "no valid name"),
        ("create_branch('side')", "exists"),
        ("switch_head('side')", "not that of"),
    ]:
        run("savepoint wrong")
        with pytest.raises(psycopg.Error, match=message):
            run(f"select pggit.{wrong}")
        run("rollback to wrong")
    one(connection, "select pggit.switch_head('same')")
    assert one(connection, "select pggit.current_branch()") == "heads/same"
    one(connection, "select pggit.delete_ref('heads/side')")
    assert one(connection, "select count(*) from pggit.branches") == 2
    assert one(connection, "select encode(pggit.resolve('v1'), 'hex')") == second

    # what the triggers did not see; damage; settings
    run(
        "alter event trigger pggit_ddl disable; create table unseen (a int); alter event trigger pggit_ddl enable always"
    )
    assert one(connection, "select pggit.refresh()") == 3 and "table public.unseen" in keys(connection)
    assert one(connection, "select count(*) from pggit.history where cause = 'drift'") == 3
    run(
        "update pg_class set relname = relname; update pggit.working set version = (select sum(version) from pggit.versions())"
    )
    run(
        "insert into pggit.working select catalog, 1, 'table nowhere', 0, tree, meaning, parts, parents from pggit.working limit 1"
    )
    assert "drift" in {
        p for (p,) in rows(connection, "select problem from pggit.fsck()")
    } and "table nowhere" not in keys(connection)
    run(
        "update pggit.blob set definition = '{\"a\": 1}' where hash = (select hash from pggit.blob where meaning <> hash order by hash limit 1)"
    )
    assert "damaged blob" in {p for (p,) in rows(connection, "select problem from pggit.fsck()")}
    run("insert into pggit.blob values ('\\x01', '\\x01', '{}')")
    assert dict(rows(connection, "select * from pggit.gc()"))["blob"] >= 1
    one(connection, "select pggit.set('auto_commit', 'on')")
    run("create table auto (a int)")
    folded()
    assert "public.auto" in one(connection, "select message from pggit.log() limit 1")
    assert one(connection, "select pggit.pause_tracking('1 hour')") is not None
    run("create table paused (a int)")
    assert "table public.paused" not in folded()
    one(connection, "select pggit.pause_tracking('0')")
    assert len(rows(connection, "select * from pggit.health_check()")) == 9 and one(
        connection, "select pggit.version()"
    )
    assert one(connection, "select pggit.is_known('public.v')") and not one(
        connection, "select pggit.is_known('public.w')"
    )
    one(connection, f"select pggit.grant_access('reader', '{reader}')")
    assert one(connection, f"select has_function_privilege('{reader}', 'pggit.status()', 'execute')")
    # extensions' members, dropped schemas
    run("create extension cube; create function f() returns int language sql as 'select 1'")
    assert "function public.f()" in folded()
    run("alter extension cube add function f()")
    assert "function public.f()" not in folded()
    run("alter extension cube drop function f()")
    assert "function public.f()" in folded()
    one(connection, "select pggit.set('ignore', '^schema s')")
    one(connection, "select pggit.refresh()")
    run("alter schema s2 rename to s3")
    assert "table s3.x" in folded()
    one(connection, "select pggit.set('ignore', null)")
    one(connection, "select pggit.set('include_kinds', 'role')")
    one(connection, "select pggit.refresh()")
    assert f"role {reader}" in keys(connection)
    run("alter schema s3 rename to s2")
    folded()
    run("drop schema s2 cascade")
    assert "table s2.x" not in folded()
    run("drop table p cascade")
    assert "table public.p1" not in folded()


def functions(connection: psycopg.Connection) -> list[str]:
    found = rows(connection, "select proname from pg_proc where pronamespace = 'pggit'::regnamespace order by 1")
    return [name for (name,) in found if not any(name.startswith(prefix) for prefix in EXEMPT)]


def empty(connection: psycopg.Connection, name: str) -> None:
    """Replace the body of a function by one that does nothing."""
    arguments, result = connection.execute(
        "select pg_get_function_arguments(oid), pg_get_function_result(oid) from pg_proc"
        " where pronamespace = 'pggit'::regnamespace and proname = %s",
        [name],
    ).fetchone()
    silent = (
        result in ("void", "event_trigger")
        or result.startswith(("SETOF", "TABLE"))
        or " OUT " in f" {arguments.replace(',', ' ,')}"
        or result == "record"
    )
    body = "begin return; end" if silent else "begin return null; end"
    connection.execute("select set_config('search_path', 'public, pg_catalog', true)")
    connection.execute(
        f'create or replace function pggit."{name}"({arguments}) returns {result} language plpgsql as $m${body}$m$'
    )


def test_each_function_emptied_makes_the_probe_fail(tracked, connection, role):
    if str(tracked.version) != list(available_versions())[-1]:
        pytest.skip("on the newest server alone")
    reader = role()
    connection.execute("begin")
    probe(connection, reader)
    connection.execute("rollback")
    survived = []
    for name in functions(connection):
        connection.execute("begin")
        try:
            empty(connection, name)
            connection.execute("savepoint emptied")
            probe(connection, reader)
            survived.append(name)
        except (psycopg.Error, AssertionError, AttributeError, IndexError, KeyError, TypeError, pytest.fail.Exception):
            pass
        finally:
            connection.execute("rollback")
    assert not survived, f"nothing noticed that these were empty: {sorted(survived)}"


REQUESTS = (
    "approval_text", "change_hash", "close_request", "guard_branch", "is_meant", "note_change", "obstacles",
    "open_request", "open_request_row", "protect", "put_revision", "record_proof", "request_authors", "require_direct",
    "require_request", "review_request", "rule_of", "unprotect", "verdicts",
)  # fmt: skip


def probe_requests(connection: psycopg.Connection, writer: str) -> None:
    """A request from its beginning to its merge, by calls of the engine; asserts what must have come of it."""
    run = connection.execute

    def refused(call: str, message: str) -> None:
        run("savepoint wrong")
        with pytest.raises(psycopg.Error, match=message):
            run(f"select {call}")
        run("rollback to wrong")

    def moved(commit: str) -> str:
        return f"pggit.update_ref('heads/main', decode('{main}', 'hex'), decode('{commit}', 'hex'), true, 'push')"

    main = one(connection, "select encode(pggit.head(), 'hex')")
    one(connection, "select pggit.create_branch('side')")
    one(connection, "select pggit.switch_head('side')")
    run("create table mine (a int)")
    run("set constraints all immediate; set constraints all deferred")
    side = one(connection, "select pggit.commit('mine')")
    assert one(connection, "select pggit.open_request('side', 'main', 'Mine')") == 1
    refused("pggit.open_request('side', 'main', 'Again')", "asks for side")
    refused("pggit.put_revision(7, '', '', null, '{}')", "there is no request 7")
    groups = (
        "(select jsonb_object_agg(g.group_key, g.members) from (select o.group_key, jsonb_object_agg(o.key, o.definition) as members"
        " from pggit.objects as o where o.group_key = 'table public.mine' group by 1) as g)"
    )
    put = f"select pggit.put_revision(1, '{main}', '{side}', {groups}, '{{\"outcome\": \"merged\"}}')"
    assert (one(connection, put), one(connection, put)) == (1, 1)
    ((changes, hashed),) = rows(connection, "select changes, change_hash from pggit.request_revision")
    assert "table public.mine" in {change["key"] for change in changes}
    assert len(hashed) == 32
    merge = one(connection, f"select pggit.record_merge('{main}', '{side}', {groups}, 'merge')")
    empty_merge = one(connection, f"select pggit.record_merge('{main}', '{side}', '{{}}', 'merge')")

    run("select pggit.protect('m*', 2, true, true, true)")
    assert rows(connection, "select approvals, proof, signed, not_author from pggit.rule_of('main')") == [
        (2, True, True, True)
    ]
    assert rows(connection, "select * from pggit.rule_of('side')") == []
    refused("pggit.unprotect('main')", "nothing protects")
    run("select pggit.unprotect('m*')")
    assert rows(connection, "select * from pggit.rule_of('main')") == []
    run("select pggit.protect('main', 1, true, false, true)")
    assert [m for (m,) in rows(connection, "select message from pggit.reflog where ref = 'protection/main'")] == [
        "protect: 1 approval, proof, not by authors"
    ]
    refused("pggit.require_direct('main')", "is protected")
    refused("pggit.delete_ref('heads/main')", "cannot be deleted")
    refused(moved(side), "is protected")
    refused(moved(merge), "0 of 1 approvals; it is not proven")
    refused(f"pggit.require_request('main', decode('{main}', 'hex'), decode('{merge}', 'hex'))", "0 of 1 approvals")
    refused("pggit.review_request(1, 1, 'approve')", "your own")
    refused("pggit.review_request(1, 2, 'approve')", "not what you saw")
    assert f"source {side}\nchanges {hashed.hex()}\nverdict approve" in one(
        connection, "select pggit.approval_text(1, 1, 'approve')"
    )
    assert main not in (side, "") and rows(
        connection, f"select * from pggit.request_authors(1, decode('{main}', 'hex'), decode('{side}', 'hex'))"
    ) == rows(connection, "select session_user::text")
    run(f"set local session authorization {writer}")
    assert one(connection, "select pggit.review_request(1, 1, 'approve')") == 1
    run("reset session authorization")
    assert rows(connection, "select approvals, needed from pggit.requests") == [(1, 1)]
    refused(moved(merge), "it is not proven on main")
    one(connection, "select pggit.record_proof(1, 1, '{\"proven\": true}')")
    refused(moved(empty_merge), "0 of 1 approvals")
    run("savepoint closing")
    one(connection, "select pggit.close_request(1)")
    assert rows(connection, "select state from pggit.request") == [("closed",)]
    refused(moved(merge), "is protected")
    run("rollback to closing")
    run(f"select {moved(merge)}")
    assert rows(connection, "select state, encode(commit, 'hex') from pggit.request") == [("merged", merge)]


def test_each_function_of_requests_emptied_makes_their_probe_fail(tracked, connection, role):
    if str(tracked.version) != list(available_versions())[-1]:
        pytest.skip("on the newest server alone")
    writer = role()
    one(connection, f"select pggit.grant_access('writer', '{writer}')")
    connection.execute("begin")
    probe_requests(connection, writer)
    connection.execute("rollback")
    survived = []
    for name in REQUESTS:
        connection.execute("begin")
        empty(connection, name)
        connection.execute("savepoint emptied")
        try:
            probe_requests(connection, writer)
            survived.append(name)
        except (psycopg.Error, AssertionError, TypeError, ValueError, AttributeError, pytest.fail.Exception):
            pass
        finally:
            connection.execute("rollback")
    assert not survived, f"nothing noticed that these were empty: {survived}"
