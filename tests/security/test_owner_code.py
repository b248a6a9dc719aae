"""Code of a table's owner that PostgreSQL runs for another role does nothing in that role's name."""

from __future__ import annotations

import pytest

import pggit
from security.conftest import Attacker

CALLS = [
    "pggit.commit('in the name of another', true)", "pggit.create_branch('release/1')", "pggit.create_tag('v9')",
    "pggit.review_request(1, 1, 'approve', 'fine')", "pggit.open_request('feature', 'main', 'x', '')",
    "pggit.update_ref('heads/release/9', null, pggit.head(), false, 'x')", "pggit.close_request(1)",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_analyze_does_nothing_in_the_name_of_who_runs_it(attacker: Attacker, call: str) -> None:
    """An index expression calls the engine; a superuser analyses the table, and reindexes it."""
    with pggit.open(attacker.database.url) as repository:
        repository.grant("writer", attacker.name)
        repository.create_branch("feature")
    with attacker.database.connect() as admin:
        admin.execute("select pggit.protect('release/*', 1)")
        admin.execute(f"grant create on schema public to {attacker.name}")
    with attacker.connect() as own:
        own.execute(
            f"""create function public.for_others(i int) returns int immutable language plpgsql as $f$
            begin
              if session_user <> '{attacker.name}' then
                begin perform {call}; raise warning 'done';
                exception when others then raise warning '%', sqlerrm; end;
              end if;
              return i;
            end $f$;
            create table public.analysed (a int) with (autovacuum_enabled = off);
            create index on public.analysed (public.for_others(a));
            insert into public.analysed select generate_series(1, 5)"""
        )
    said: list[str] = []
    with attacker.database.connect() as admin:
        admin.add_notice_handler(lambda notice: said.append(str(notice.message_primary)))
        before = admin.execute("select count(*) from pggit.reflog").fetchone()
        admin.execute("analyze public.analysed")
        admin.execute("reindex table public.analysed")
        assert admin.execute("select count(*) from pggit.reflog").fetchone() == before
        assert admin.execute("select count(*) from pggit.approval").fetchone() == (0,)
    assert said and set(said) == {"cannot execute UNLISTEN within security-restricted operation"}
