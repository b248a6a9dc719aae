"""`import --git`: the history of a repository of SQL files."""

from __future__ import annotations

import contextlib
import json
import random
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pggit
from pggit.core.errors import NotFound, Refused, SqlFailed, UsageError
from pggit.core.tree import meaning
from pggit.repo.repository import Repository
from pggit.repo.share.stored import set_remote
from pggit.work.gitimport import GitImported, Want, import_git
from pggit.work.gitmirror import export_git
from pggit.work.merge.merge import merge
from pggit.work.switch import switch
from servers import session
from work.gitrepos import GitRepo

pytest.importorskip("dulwich", reason="the extra git is not installed")

PLAIN = Want()
A = "create table a (id int primary key);"
A2 = "create table a (id int primary key, name text not null);"
V = "create view v as select id from a;"


@pytest.fixture
def git(tmp_path: Path) -> GitRepo:
    """A bare repository."""
    return GitRepo(tmp_path / "schema.git")


@pytest.fixture
def empty(make_database: Callable) -> Iterator[Repository]:
    """A tracked database without objects."""
    with pggit.open(make_database().url) as opened:
        opened.init()
        yield opened


@pytest.fixture
def take(git: GitRepo, empty: Repository) -> Callable[..., GitImported]:
    """Import: ``take(Want(…))``."""
    return lambda want=PLAIN: import_git(git.path, empty, want)


def objects(repository: Repository, commit: str) -> set[str]:
    """The objects of a commit that an empty database does not have, without owners."""
    return {
        key
        for _, key in repository.load(commit).keys()
        if not key.startswith(("owner ", "acl ", "comment ", "schema public", "extension "))
    }


def test_commits_become_commits(git, empty, take) -> None:
    first = git.commit({"README.md": "nothing yet"}, "Begin\n\nWith a README.\n")
    git.commit({"a.sql": A}, "Table a")
    side = git.commit(
        {"a.sql": A, "x/v.sql": V}, "A view", branch="side", parents=[git.git.refs[b"refs/heads/main"].decode()]
    )
    main = git.commit({"a.sql": A2, "README.md": "more"}, "A name")
    tip = git.commit({"a.sql": A2, "x/v.sql": V}, "Merge side", parents=[main, side], author=b"Bob <>")
    git.tag("v1", main)
    git.tag("v2", tip, "The second\n")
    before = empty.status()
    done = take()
    assert (done.commits, done.loaded, done.broken) == (5, 5, ())
    assert [(move.ref, move.problem is None) for move in done.refs] == [
        ("remotes/git/main", True),
        ("heads/main", False),
        ("tags/v1", True),
        ("tags/v2", True),
    ]
    log = empty.log("git/main")
    assert [commit.message.partition("\n")[0] for commit in log] == [
        "Merge side",
        "A name",
        "A view",
        "Table a",
        "Begin",
    ]
    top = {commit.message.partition("\n")[0]: commit for commit in log}
    assert top["Merge side"].parents == (top["A name"].hash, top["A view"].hash)
    assert top["Merge side"].author == "Bob" and top["A view"].author == "Ann <ann@example.org>"
    assert top["Begin"].time == datetime.fromtimestamp(1_600_000_060, UTC)
    assert top["Begin"].message == f"Begin\n\nWith a README.\n\nGit-Commit: {first}"
    assert objects(empty, top["Begin"].hash) == set()
    assert {"table public.a", "view public.v", "column public.a.name"} <= objects(empty, "git/main")
    assert "view public.v" not in objects(empty, "v1")
    tags = {tag.name: tag for tag in empty.tags()}
    assert (tags["v1"].message, tags["v2"].message, tags["v2"].tagger) == (None, "The second", "Tom <tom@example.org>")
    assert empty.status() == before and empty.fsck() == []
    assert [entry.key for entry in empty.blame("public.a.name", "git/main") if entry.message.startswith("A name")]


def test_again_takes_what_is_new(git, empty, take) -> None:
    git.commit({"a.sql": A}, "one")
    assert take().commits == 1
    assert take() == GitImported(str(git.path), 0, 0, (), take().refs)
    git.commit({"a.sql": A, "README": "x"}, "two: no file of SQL changed")
    git.commit({"a.sql": A2}, "three")
    git.commit({"a.sql": A}, "four: as it was")
    done = take(Want(branch="schema"))
    assert (done.commits, done.loaded) == (3, 1)
    assert [move.ref for move in done.refs] == ["remotes/git/main", "heads/schema"]
    two, one = empty.log("schema~2")
    assert meaning(empty.load(two.hash)) == meaning(empty.load(one.hash)) == meaning(empty.load("schema"))
    assert empty.diff("schema~2", "schema~1")
    git.commit({"a.sql": A2}, "five")
    assert [move.ref for move in take(Want(branch="schema")).refs] == ["remotes/git/main", "heads/schema"]


def test_to_go_to_what_came(git, empty, take) -> None:
    git.commit({"a.sql": A}, "one", branch="schema")
    git.git.refs.set_symbolic_ref(b"HEAD", b"refs/heads/schema")
    assert [move.ref for move in take().refs] == ["remotes/git/schema", "heads/schema"]
    switch(empty, "schema")
    assert empty.status().clean
    git.commit({"a.sql": A2}, "two", branch="schema")
    (remote, local) = take().refs
    assert remote.problem is None
    assert (local.problem, local.hint) == (
        "branch schema is checked out: it stays",
        "pggit merge git/schema brings it, and the live schema, there.",
    )
    assert merge(empty, "git/schema").outcome == "fast-forward"
    assert empty.status().clean and "column public.a.name" in objects(empty, "work")
    with pytest.raises(Refused, match="checked out"):
        git.commit({"a.sql": A}, "three", branch="schema")
        take(Want(branch="schema"))
    session(empty).execute("create table own (id int)")
    empty.commit("own")
    (_, local) = take().refs
    assert "has commits that git has not" in local.problem and "pggit merge" in local.hint
    with pytest.raises(Refused, match="has commits that git has not"):
        take(Want(branch="schema"))


def test_what_an_export_wrote_is_known(repo, git, empty, make_database, tmp_path) -> None:
    session(repo).execute("create table points (id int); comment on table points is 'p'")
    repo.commit("Points", author="Ann Smith <ann@example.org>")
    repo.create_branch("side", "HEAD~1")
    switch(repo, "side")
    session(repo).execute("create view glad as select id from users; grant select on glad to public")
    repo.commit("Glad", author="bob")
    merge(repo, "main")
    repo.create_tag("v1", "HEAD", "one")
    where = tmp_path / "out.git"
    export_git(where, repo)
    here = import_git(where, repo, Want(every=True))
    assert (here.commits, here.loaded) == (0, 0)
    assert [move.ref for move in here.refs] == ["remotes/git/main", "remotes/git/side"]
    assert repo.commit_info("git/side").hash == repo.commit_info("side").hash
    there = import_git(where, empty, Want(every=True))
    assert there.commits == 4 and not there.broken
    ours, theirs = repo.log("side"), empty.log("side")
    assert len(ours) == 4
    by_message = {commit.message.rpartition("\n\nGit-Commit: ")[0]: commit for commit in theirs}
    for commit in ours:
        twin = by_message[commit.message]
        assert meaning(repo.load(commit.hash)) == meaning(empty.load(twin.hash))
        assert (twin.author, twin.time) == (commit.author, commit.time.replace(microsecond=0))
    assert {tag.name: tag.message for tag in empty.tags()} == {"v1": "one"}


def test_an_export_that_was_amended_is_not_known(repo, tmp_path) -> None:
    from dulwich.repo import Repo

    where = tmp_path / "out.git"
    export_git(where, repo)
    with Repo(str(where)) as opened:
        exported = opened[opened.refs[b"refs/heads/main"]]
        exported.commit_time += 3600
        opened.object_store.add_object(exported)
        opened.refs[b"refs/heads/main"] = exported.id
    assert import_git(where, repo, Want()).commits == 1


def test_a_commit_that_was_picked_is_not_taken_for_the_original(git, empty, take) -> None:
    git.commit({"a.sql": A}, "one")
    take(Want(branch="schema"))
    message = empty.commit_info("schema").message
    empty.commit(message, allow_empty=True)
    done = take(Want(branch="again"))
    assert done.commits == 0 and empty.commit_info("again").hash == empty.commit_info("schema").hash


def test_a_commit_that_does_not_load(git, empty, take) -> None:
    git.commit({"a.sql": A}, "good")
    bad = git.commit({"a.sql": A, "b.sql": "create table b (id int);\n\ncreate tabel c ();"}, "bad")
    git.commit({"a.sql": A, "b.sql": "create table b (id int);\n\ncreate tabel c ();", "README": ""}, "still bad")
    git.commit({"a.sql": A2}, "mended")
    with pytest.raises(SqlFailed) as error:
        take()
    assert error.value.message.startswith(f"git commit {bad[:10]} (bad) does not load: b.sql:3: syntax error")
    assert "--skip-broken" in error.value.hint and error.value.sqlstate == "42601"
    done = take(Want(skip_broken=True, branch="schema"))
    assert done.commits == 3 and len(done.broken) == 2
    mended, still, bad_here, good = empty.log("schema")
    assert "\nGit-Broken: b.sql:3: syntax error" in bad_here.message and "\nGit-Broken: b.sql:3:" in still.message
    assert "Git-Broken" not in mended.message + good.message
    assert not empty.diff(good.hash, still.hash)
    assert take(Want(branch="schema")).commits == 0


def test_a_broken_commit_is_remembered_by_the_next_run(git, empty, take) -> None:
    git.commit({"a.sql": "create"}, "bad")
    take(Want(skip_broken=True))
    git.commit({"a.sql": "create", "README": ""}, "still bad")
    assert len(take(Want(skip_broken=True)).broken) == 1
    assert "Git-Broken: a.sql:1" in empty.commit_info("git/main").message


def test_migrations(git, empty, take) -> None:
    one, two, side = "create table a (id int);", "alter table a add b int;", "alter table a add c int;"
    git.commit({"db/1_a.sql": one}, "one")
    base = git.commit({"db/1_a.sql": one, "app.py": ""}, "an app")
    git.commit({"db/1_a.sql": one, "db/2_b.sql": two}, "two")
    other = git.commit({"db/1_a.sql": one, "db/3_c.sql": side}, "three", branch="side", parents=[base])
    git.commit(
        {"db/1_a.sql": one, "db/2_b.sql": two, "db/3_c.sql": side},
        "Merge",
        parents=[git.git.refs[b"refs/heads/main"].decode(), other],
    )
    done = take(Want(migrations="db", every=True))
    assert (done.commits, done.loaded) == (5, 4)
    assert "Git-Path: db (migrations)\nGit-Commit: " in empty.commit_info("git/main").message
    assert {"column public.a.b", "column public.a.c"} <= objects(empty, "git/main")
    assert "column public.a.b" not in objects(empty, "side")
    # the same as whole files in the folder: that is another import
    assert take(Want(folder="/db/./", branch="declared")).commits == 5
    assert "Git-Path: db\nGit-Commit: " in empty.commit_info("declared").message
    git.commit({"db/1_a.sql": one, "db/2_b.sql": "alter table b add x int"}, "wrong")
    with pytest.raises(
        SqlFailed, match=r"\(wrong\) does not load: db/2_b.sql:1: |\(wrong\) does not load: 2_b.sql:1: "
    ):
        take(Want(migrations="db"))


def test_statements_outside_of_transactions(git, empty, take) -> None:
    git.commit({"a.sql": A}, "one")
    git.commit({"a.sql": "begin; create table a (id int); commit; create index concurrently i on a (id);"}, "two")
    git.commit({"a.sql": A, "b.sql": V, "a_first.sql": "create view w as select * from v"}, "in another order")
    done = take()
    assert (done.commits, done.loaded) == (3, 3)
    assert "index public.i" in objects(empty, "git/main~1") and "index public.i" not in objects(empty, "git/main")
    assert "view public.w" in objects(empty, "git/main")
    rows = session(empty).execute("select datname from pg_database where datname like 'pggit\\_scratch%'").fetchall()
    assert rows == []


def test_links_submodules_and_hidden_files_are_none(git, empty, take) -> None:
    from dulwich.objects import Blob

    link = Blob.from_string(b"/etc/passwd")
    git.git.object_store.add_object(link)
    files = {"a.sql": A, "l.sql": (0o120000, link.id), "m.sql": (0o160000, b"1" * 40), ".h/x.sql": "no", ".y.sql": "no"}
    git.commit(files, "one")
    take()
    assert {key for key in objects(empty, "git/main") if key.startswith("table ")} == {"table public.a"}


def test_strange_names(git, empty, take) -> None:
    latin = "J\xfcrgen <j@example.org>".encode("latin-1")
    git.commit({"ö" * 400 + ".sql": A, "d" * 300 + "/x.sql": V}, b"Caf\xe9", author=latin, encoding=b"iso-8859-1")
    git.commit({"\udcff.sql": A}, b"Caf\xe9\0", author=b"J\xfcrgen <>")
    git.commit({"\udcff.sql": "wrong"}, "", author=b"<a@example.org>")
    with pytest.raises(SqlFailed, match=r"\(\) does not load: �.sql:1: "):
        take()
    done = take(Want(skip_broken=True))
    last, middle, first = empty.log("git/main")
    assert first.author == "Jürgen <j@example.org>" and first.message.startswith("Café\n")
    assert middle.author == "Jürgen" and middle.message.startswith("Café\n")
    assert last.author == "a@example.org" and last.message.startswith("Git-Broken: �.sql:1: ")
    assert "view public.v" in objects(empty, first.hash) and len(done.broken) == 1


def test_working_copies_and_what_is_none(git, empty, take, tmp_path) -> None:
    copy = GitRepo(tmp_path / "copy", bare=False)
    with pytest.raises(NotFound, match="no commit"):
        import_git(copy.path, empty, Want())
    copy.commit({"README": ""}, "one")
    with pytest.raises(NotFound, match="no commit has files of SQL"):
        import_git(copy.path, empty, Want())
    copy.commit({"db/a.sql": A}, "two")
    with pytest.raises(NotFound, match="no commit has files of SQL in elsewhere"):
        import_git(copy.path, empty, Want(folder="elsewhere"))
    assert import_git(copy.path, empty, Want(folder="db")).commits == 2
    with pytest.raises(NotFound, match="no branch nope"):
        import_git(copy.path, empty, Want(("nope",)))
    with pytest.raises(NotFound, match="no directory"):
        import_git(tmp_path / "nope", empty, Want())
    with pytest.raises(Refused, match="is not a git repository"):
        import_git(tmp_path, empty, Want())
    copy.git.refs[b"HEAD"] = copy.git.refs[b"refs/heads/main"]
    copy.git.refs.remove_if_equals(b"HEAD", None)
    (copy.path / ".git" / "HEAD").write_bytes(copy.git.refs[b"refs/heads/main"] + b"\n")
    with pytest.raises(UsageError, match="on no branch"):
        import_git(copy.path, empty, Want())
    assert import_git(copy.path, empty, Want(("main",), folder="db")).commits == 0


def test_killed_anywhere_the_same_command_does_the_rest(git, empty, make_database) -> None:
    """What a run that was killed left, finished by another, is what one run makes: the same hashes."""
    body = A
    for number in range(12):
        body += f"alter table a add c{number} int;"
        git.commit({"a.sql": body}, f"{number}")
        base = git.git.refs[b"refs/heads/main"].decode()
        side = git.commit({"a.sql": body, "v.sql": V}, f"side {number}", branch="side", parents=[base])
        git.commit({"a.sql": body}, f"merge {number}", parents=[base, side])
    whole = import_git(git.path, empty, Want(every=True))
    assert whole.commits == 36
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    database = make_database()
    command = [sys.executable, "-m", "pggit", "--db", database.url, "import", "--git", str(git.path), "--all", "--json"]
    with pggit.open(database.url) as killed:
        killed.init()
        partly = 0
        for _ in range(8):
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(moments.uniform(0.5, 2.0))
            run.kill()
            run.wait()
            killed.gc()
            partly += 0 < len(killed.log(all=True)) < 37
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert {move["ref"] for move in json.loads(done.stdout)["refs"]} or partly
        for ref in ("git/main", "git/side"):
            assert killed.commit_info(ref).hash == empty.commit_info(ref).hash
        assert killed.fsck() == []
        assert session(killed).execute("select from pggit.ref where name like 'replay/%'").fetchall() == []
    left = session(empty).execute("select datname from pg_database where datname like 'pggit\\_scratch%'").fetchall()
    assert len(left) <= 1  # of the last one that was killed; the next scratch database clears it away


def test_a_clone_that_is_not_whole(git, empty, take) -> None:
    gone = "1" * 40
    only = git.commit({"a.sql": A}, "the last one", parents=[gone])
    with pytest.raises(Refused, match="has no object 1111111111"):
        take()
    (git.path / "shallow").write_text(f"{only}\n")
    assert take().commits == 1 and empty.commit_info("git/main").parents == ()


def test_a_remote_that_is_called_git(git, empty, take) -> None:
    git.commit({"a.sql": A}, "one")
    set_remote(empty.connection, "git", "postgresql://host/shop")
    with pytest.raises(Refused, match="a remote is called git"):
        take()
    set_remote(empty.connection, "git", None)
    assert take().commits == 1


def test_tags_and_names_that_do_not_go(git, empty, take) -> None:
    one = git.commit({"a.sql": A}, "one", branch="work")
    git.tag("v1", one)
    empty.create_tag("v1", "HEAD")
    (branch, tag) = [move for move in take(Want(every=True)).refs if move.problem]
    assert branch.ref == "heads/work" and "no valid name" in branch.problem
    assert tag.problem == "tag v1 stands at another commit here: it stays"
