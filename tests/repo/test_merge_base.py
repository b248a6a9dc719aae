"""How commits are related, against the same asked of sets."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from pggit.core.errors import NotFound
from pggit.repo.repository import Repository


def record(repo: Repository, name: str, *parents: str) -> str:
    """Record a commit of the live tree with these parents, beside the branch."""
    row = repo.connection.execute(
        "insert into pggit.commit (hash, tree, parents, author, authored_at, message, generation)"
        " select sha256(convert_to(%(name)s, 'UTF8')), (select tree from pggit.commit limit 1), p.hashes, 'ann', now(), %(name)s,"
        "  1 + coalesce((select max(generation) from pggit.commit where hash = any (p.hashes)), 0)"
        " from (select array(select decode(h, 'hex') from unnest(%(parents)s::text[]) with ordinality as x(h, n) order by n) as hashes) as p"
        " returning encode(hash, 'hex')",
        {"name": name, "parents": list(parents)},
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_a_line_and_a_fork(repo: Repository) -> None:
    root = repo.commit_info().hash
    a = record(repo, "a", root)
    b = record(repo, "b", a)
    side = record(repo, "side", a)
    assert repo.merge_base(a, b) == repo.merge_base(b, a) == [a]
    assert repo.merge_base(b, side) == [a]
    assert repo.merge_base(b, b) == [b]
    assert repo.merge_base("HEAD", side) == [root]
    with pytest.raises(NotFound, match="nothing"):
        repo.merge_base("HEAD", "nothing")


def test_criss_cross_and_histories_that_began_apart(repo: Repository) -> None:
    root = repo.commit_info().hash
    a, b = record(repo, "a", root), record(repo, "b", root)
    left, right = record(repo, "left", a, b), record(repo, "right", b, a)
    assert set(repo.merge_base(left, right)) == {a, b}
    assert repo.merge_base(left, root) == [root]
    alone = record(repo, "alone")
    assert repo.merge_base(left, alone) == []
    assert repo.merge_base(record(repo, "both", left, alone), alone) == [alone]


def test_bases_of_different_age(repo: Repository) -> None:
    """The second base lies far behind the first: it is found all the same."""
    root = repo.commit_info().hash
    old = record(repo, "old", root)
    young = root
    for n in range(200):
        young = record(repo, f"young{n}", young)
    left, right = record(repo, "left", young, old), record(repo, "right", young, old)
    assert repo.merge_base(left, right) == [young, old]


@pytest.mark.parametrize("seed", range(4))
def test_any_graph(repo: Repository, tmp_path: Path, seed: int) -> None:
    """Against sets of ancestors, and against git itself."""
    chance = random.Random(seed)
    repo.connection.execute("begin")
    commits = {record(repo, "c0"): set[str]()}
    parents_of: dict[str, list[str]] = {next(iter(commits)): []}
    for n in range(1, 120):
        near = list(commits)[-chance.choice([2, 6, 120]) :]
        parents = chance.sample(
            near,
            min(len(near), chance.choice([0, 1, 1, 1, 1, 2, 2, 3]) if n % 40 == 0 else chance.choice([1, 1, 2, 3])),
        )
        made = record(repo, f"c{n}", *parents)
        commits[made] = set(parents).union(*(commits[p] for p in parents))
        parents_of[made] = parents
    git_of = _in_git(tmp_path, parents_of)
    ours = {git: hash_ for hash_, git in git_of.items()}
    for _ in range(60):
        a, b = chance.choice(list(commits)), chance.choice(list(commits))
        common = (commits[a] | {a}) & (commits[b] | {b})
        best = {c for c in common if not any(c in commits[o] for o in common)}
        assert set(repo.merge_base(a, b)) == best, (seed, a, b)
        said = _git(tmp_path, "merge-base", "--all", git_of[a], git_of[b], fine=(0, 1)).split()
        assert {ours[one] for one in said} == best
        rows = repo._rows(
            "select encode(hash, 'hex'), sides from pggit.apart(pggit.resolve(%s), pggit.resolve(%s))", a, b
        )
        assert {h for h, sides in rows if sides == 1} == (commits[a] | {a}) - common
        assert {h for h, sides in rows if sides == 2} == (commits[b] | {b}) - common
    tags = {f"v{n}": chance.choice(list(commits)) for n in range(8)}
    for name, commit in tags.items():
        repo.create_tag(name, commit)
        repo.create_branch(f"b{name}", commit)
    for commit in chance.sample(list(commits), 40):
        reached = commits[commit] | {commit}
        away = {tag: len(reached - commits[at] - {at}) for tag, at in tags.items() if at in reached}
        told = repo.describe(commit)
        assert told.distance == min(away.values(), default=None), (seed, commit)
        assert told.tag is None if not away else away[told.tag or ""] == told.distance
        for one in repo.standing(commit):
            at = tags.get(one.branch.name.removeprefix("b"))
            if at is not None:
                there = commits[at] | {at}
                assert (one.ahead, one.behind) == (len(there - reached), len(reached - there))
    repo.connection.execute("rollback")


def _git(directory: Path, *arguments: str, fine: tuple[int, ...] = (0,)) -> str:
    identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    done = subprocess.run(["git", *identity, *arguments], cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode in fine, done.stderr
    return done.stdout.strip()


def _in_git(directory: Path, parents_of: dict[str, list[str]]) -> dict[str, str]:
    """Write the same graph into a git repository; returns its hashes by ours."""
    _git(directory, "init", "-q")
    tree = _git(directory, "mktree")
    made: dict[str, str] = {}
    for commit, parents in parents_of.items():
        options = [word for parent in parents for word in ("-p", made[parent])]
        made[commit] = _git(directory, "commit-tree", tree, *options, "-m", commit)
    return made
