-- renamed: rule old_name on public.t → rule new_name on public.t


begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter rule old_name on public.t rename to new_name;
-- AccessExclusiveLock on table public.t: stops reads and writes
drop rule gone on public.t;
-- HAZARD runs-code: rule added on public.t: it rewrites the statements of whoever uses its table, and runs others with its owner's rights
-- AccessExclusiveLock on table public.t: stops reads and writes
create rule added as on delete to public.t WHERE (old.id > 5) DO NOTHING;
-- HAZARD runs-code: rule changed on public.t: it rewrites the statements of whoever uses its table, and runs others with its owner's rights
-- AccessExclusiveLock on table public.t: stops reads and writes
create or replace rule changed as on update to public.t WHERE (old.id = 1) DO INSTEAD NOTHING;
commit;
