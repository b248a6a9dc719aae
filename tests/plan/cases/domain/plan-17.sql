-- renamed: domain public.old_name → domain public.new_name
-- renamed: domain constraint old_name_check on public.new_name → domain constraint new_name_check on public.new_name


begin;
alter domain public.old_name rename to new_name;
alter domain public.new_name rename constraint old_name_check to new_name_check;
create domain public.added as numeric(10,2) default 0 constraint positive check ((VALUE >= (0)::numeric));
commit;

begin;
alter domain public.changed set default 5;
-- HAZARD long-lock: table public.t is locked in mode ShareLock while its values of domain public.changed are checked
-- HAZARD may-fail: rows of table public.t may violate domain public.changed
-- ShareLock on table public.t: stops writes
set local lock_timeout = 3000;
alter domain public.changed set not null;
commit;

begin;
drop domain public.gone;
commit;
