"""`kill -9` while a request is proven and merged."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from pggit.repo.protection import Rule, protect, unprotect
from pggit.work.request.look import open_request, show
from pggit.work.request.review import review
from pggit.work.reset import reset

WIDE = """
alter table public.users add note text;
create index users_note on public.users (note);
alter table public.users add constraint users_note_check check (note <> '');
alter table public.orders alter total set not null;
create table public.notes (id int primary key);
"""


def test_killed_at_any_time_the_same_command_finishes_it(repo, change, as_role, database, is_sound, sql):
    seed = random.randrange(10_000)
    print("seed", seed)
    source, target = change(WIDE), repo.commit_info().hash
    rule, ann = Rule(approvals=1, proof=True), as_role()
    command = [sys.executable, "-m", "pggit", "--db", database.url, "request", "merge"]
    took, killed = 0.0, 0
    for number in range(1, 5):
        protect(repo, "main", rule)
        assert open_request(repo, "side").request.id == number
        review(ann, number, "approve")
        begun = time.monotonic()
        tool = subprocess.Popen([*command, str(number), "--yes"], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        if number > 1:  # the first one tells how long it takes
            time.sleep(took * random.Random(seed + number).uniform(0.2, 1.0))
            tool.kill()
        tool.communicate(timeout=120)
        took = took or time.monotonic() - begun
        killed += tool.returncode == -9
        head = repo.commit_info("main")
        assert (head.hash == target) == (show(repo, number).request.state == "open"), number
        if head.hash == target:
            again = subprocess.run(
                [*command, str(number), "--yes"], capture_output=True, text=True, timeout=120, check=False
            )
            assert again.returncode == 0, (number, again.stderr)
        request = show(repo, number).request
        assert repo.commit_info().parents == (target, source)
        assert (request.state, request.commit) == ("merged", repo.commit_info().hash)
        assert show(repo, number).revision.proven
        assert is_sound(), number
        assert sql("select count(*), count(note) from public.users") == [(100, 0)]
        unprotect(repo, "main")
        reset(repo, target, hard=True)
    assert killed
