begin;
-- ShareUpdateExclusiveLock on table public.gone: stops other DDL
alter publication p drop table only public.gone;
-- ShareUpdateExclusiveLock on table public.added: stops other DDL
alter publication p add table only public.added;
-- ShareUpdateExclusiveLock on table public.changed: stops other DDL
alter publication p drop table only public.changed;
-- ShareUpdateExclusiveLock on table public.changed: stops other DDL
alter publication p add table only public.changed (id) where ((id > 5));
commit;
