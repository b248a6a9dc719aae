-- renamed: domain constraint old_name on public.d → domain constraint new_name on public.d


begin;
alter domain public.d rename constraint old_name to new_name;
alter domain public.d drop constraint gone;
commit;

-- HAZARD long-lock: table public.t is locked in mode ShareLock while its values of domain public.d are checked
-- HAZARD may-fail: rows of table public.t may violate domain public.d
-- ShareLock on table public.t: stops writes
set lock_timeout = 3000;
alter domain public.d add constraint added check ((VALUE < 2000));
reset lock_timeout;

begin;
-- HAZARD recreate: domain constraint changed on public.d is dropped and made again
alter domain public.d drop constraint changed;
-- HAZARD long-lock: table public.t is locked in mode ShareLock while its values of domain public.d are checked
-- HAZARD may-fail: rows of table public.t may violate domain public.d
-- ShareLock on table public.t: stops writes
set local lock_timeout = 3000;
alter domain public.d add constraint changed check ((VALUE > '-1'::integer));
commit;
