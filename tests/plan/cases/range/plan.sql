-- renamed: range public.old_name → range public.new_name


begin;
alter type public.old_name rename to new_name;
alter type public.old_name_multirange rename to new_name_multirange;
alter function public.old_name(text,text) rename to new_name;
alter function public.old_name(text,text,text) rename to new_name;
alter function public.old_name_multirange() rename to new_name_multirange;
alter function public.old_name_multirange(public.new_name) rename to new_name_multirange;
alter function public.old_name_multirange(public.new_name[]) rename to new_name_multirange;
drop type public.gone;
create type public.added as range (subtype = double precision, subtype_diff = float8mi);
alter type public.changed rename to "changed__pggit_old";
alter type public.changed_multirange rename to changed__pggit_old_multirange;
alter function public.changed(integer,integer) rename to "changed__pggit_old";
alter function public.changed(integer,integer,text) rename to "changed__pggit_old";
alter function public.changed_multirange() rename to changed__pggit_old_multirange;
alter function public.changed_multirange(public."changed__pggit_old") rename to changed__pggit_old_multirange;
alter function public.changed_multirange(public."changed__pggit_old"[]) rename to changed__pggit_old_multirange;
create type public.changed as range (subtype = integer, subtype_diff = int4range_subdiff);
commit;

-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column c: USING computes a new value for each row
-- HAZARD may-fail: column c of table public.t: a value may have no counterpart from public.changed to public.changed
-- HAZARD data-loss: what values of column c of table public.t lose from public.changed to public.changed
-- HAZARD not-reversible: no statement brings back: what values of column c of table public.t lose from public.changed to public.changed
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t alter column c type public.changed using c::text::public.changed;
reset lock_timeout;

begin;
-- HAZARD recreate: range public.changed is dropped and made again
drop type public."changed__pggit_old";
commit;
