begin;
-- HAZARD recreate: view public.v is dropped and made again
-- AccessExclusiveLock on view public.v: stops reads and writes
set local lock_timeout = 3000;
drop view public.v;
-- HAZARD privileges: table public.t: policy mine no longer says which rows are seen or written
-- HAZARD recreate: policy mine on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
drop policy mine on public.t;
-- HAZARD recreate: rule r on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
drop rule r on public.t;
-- HAZARD recreate: trigger tr on public.t is dropped and made again
-- AccessExclusiveLock on table public.t: stops reads and writes
drop trigger tr on public.t;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column tenant: every value is converted
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column tenant type bigint;
-- HAZARD runs-code: trigger tr on public.t: it is code that runs whenever rows of its table are written
-- ShareRowExclusiveLock on table public.t: stops writes
create trigger tr before update of tenant on public.t for each row execute function public.f();
-- HAZARD runs-code: rule r on public.t: it rewrites the statements of whoever uses its table, and runs others with its owner's rights
-- AccessExclusiveLock on table public.t: stops reads and writes
create rule r as on update to public.t WHERE (new.tenant < 0) DO INSTEAD NOTHING;
-- HAZARD privileges: table public.t: policy mine says which rows are seen or written
-- AccessExclusiveLock on table public.t: stops reads and writes
create policy mine on public.t for all using ((tenant = (current_setting('app.tenant'::text))::integer)) with check ((a <> ''::text));
create view public.v (id, tenant) with (security_barrier='true') as
 SELECT t.id,
    t.tenant
   FROM public.t;
commit;
