-- renamed: table public.old_name → table public.new_name
-- renamed: constraint old_name_pkey on public.new_name → constraint new_name_pkey on public.new_name
-- note: table public.gone goes and table public.added comes with much the same columns; if it is one: --rename public.gone=public.added


begin;
-- AccessExclusiveLock on table public.old_name: stops reads and writes
set local lock_timeout = 3000;
alter table public.old_name rename to new_name;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_pkey to new_name_pkey;
create table public.added (
    id integer not null,
    a text default 'a'::text,
    b integer
);
-- HAZARD privileges: table public.changed: row security is enabled
-- AccessExclusiveLock on table public.changed: stops reads and writes
alter table only public.changed enable row level security;
-- ShareUpdateExclusiveLock on table public.changed: stops other DDL
alter table only public.changed set (fillfactor='70');
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_a_not_null to new_name_a_not_null;
-- AccessExclusiveLock on table public.new_name: stops reads and writes
alter table public.new_name rename constraint old_name_id_not_null to new_name_id_not_null;
-- ShareRowExclusiveLock on table public.changed: stops writes
alter table public.added add constraint added_b_fkey foreign key (b) references public.changed (id);
alter table public.added add constraint added_pkey primary key (id);
-- HAZARD data-loss: the rows of table public.gone
-- HAZARD not-reversible: no statement brings back: the rows of table public.gone
-- AccessExclusiveLock on table public.gone: stops reads and writes
drop table public.gone;
commit;
