begin;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
comment on table public.t is null;
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
comment on column public.t.a is E'it''s \\ other';
comment on constraint t_pkey on public.t is 'added too';
-- ShareUpdateExclusiveLock on view public.v: stops other DDL
comment on view public.v is 'added';
commit;
