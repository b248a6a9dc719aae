-- renamed: text search template public.old_name → text search template public.new_name


begin;
alter text search template public.old_name rename to new_name;
drop text search template public.gone;
create text search template public.added (init = dsnowball_init, lexize = dsnowball_lexize);
-- HAZARD recreate: text search template public.changed is dropped and made again
drop text search template public.changed;
create text search template public.changed (init = dsimple_init, lexize = dsimple_lexize);
commit;
