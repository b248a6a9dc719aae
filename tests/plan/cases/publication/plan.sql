-- renamed: publication old_name → publication new_name


begin;
alter publication old_name rename to new_name;
drop publication gone;
drop publication old_name;
create publication added for all tables with (publish_via_partition_root = true);
alter publication changed set (publish = 'insert, update');
create publication new_name with (publish = 'delete');
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
alter publication new_name add table only public.t;
commit;
