-- renamed: enum public.old_name → enum public.new_name


begin;
alter type public.old_name rename to new_name;
create type public.added as enum ('k', 'l');
commit;

alter type public.grown add value 'b' before 'c';

alter type public.grown add value 'd';

begin;
-- HAZARD recreate: enum public.relabelled is dropped and made again
drop type public.relabelled;
alter type public.shrunk rename to "shrunk__pggit_old";
create type public.relabelled as enum ('one', 'two');
create type public.shrunk as enum ('x', 'z');
commit;

begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t alter column s drop default;
-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column s: USING computes a new value for each row
-- HAZARD may-fail: column s of table public.t: a value may have no counterpart from public.shrunk to public.shrunk
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column s type public.shrunk using s::text::public.shrunk;
-- AccessExclusiveLock on table public.t: stops reads and writes
alter table public.t alter column s set default 'x'::public.shrunk;
commit;

begin;
-- HAZARD recreate: enum public.shrunk is dropped and made again
drop type public."shrunk__pggit_old";
drop type public.gone;
commit;
