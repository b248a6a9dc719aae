-- renamed: table public.old_name → table public.new_name
-- renamed: constraint old_name_pkey on public.new_name → constraint new_name_pkey on public.new_name


begin;
-- AccessExclusiveLock on table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter table public.old_name rename to new_name;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_pkey to new_name_pkey;
-- HAZARD data-loss: the rows of table public.gone
-- HAZARD not-reversible: no statement brings back: the rows of table public.gone
-- AccessExclusiveLock on table public.gone: stops reads and writes
drop table public.gone;
create table public.added (
    id integer not null,
    a text default 'a'::text,
    b integer
);
alter table public.added add constraint added_pkey primary key (id);
-- HAZARD privileges: table public.changed: row security is enabled
-- AccessExclusiveLock on table public.changed: stops reads and writes
alter table only public.changed enable row level security;
-- ShareUpdateExclusiveLock on table public.changed: stops other DDL
alter table only public.changed set (fillfactor='70');
-- ShareRowExclusiveLock on table public.changed: stops writes
alter table public.added add constraint added_b_fkey foreign key (b) references public.changed (id);
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_a_not_null to new_name_a_not_null;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_id_not_null to new_name_id_not_null;
commit;
