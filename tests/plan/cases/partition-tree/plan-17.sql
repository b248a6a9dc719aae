begin;
-- AccessExclusiveLock on table public.t: stops reads and writes
set local lock_timeout = 3000;
alter table public.t detach partition public.t_2020;
create table public.t_2021_y (
    id integer not null,
    at date not null,
    a text
);
-- ShareLock on table public.t: stops writes
create index t_id on only public.t using btree (id);
-- ShareLock on table public.t_2021: stops writes
create index t_2021_id_idx on only public.t_2021 using btree (id);
-- AccessExclusiveLock on table public.t_2021: stops reads and writes
alter index public.t_id attach partition public.t_2021_id_idx;
commit;

-- HAZARD index-build: index t_2021_x_id_idx is built over the rows of table public.t_2021_x
-- ShareUpdateExclusiveLock on table public.t_2021_x: stops other DDL
create index concurrently t_2021_x_id_idx on public.t_2021_x using btree (id);

begin;
-- AccessExclusiveLock on table public.t_2021_x: stops reads and writes
set local lock_timeout = 3000;
alter index public.t_2021_id_idx attach partition public.t_2021_x_id_idx;
create index t_2021_y_a_idx on public.t_2021_y using btree (a);
create index t_2021_y_id_idx on public.t_2021_y using btree (id);
-- ShareUpdateExclusiveLock on table public.t_2021: stops other DDL
alter table public.t_2021 attach partition public.t_2021_y FOR VALUES IN ('y');
commit;

-- HAZARD index-build: index t_2022_a_idx is built over the rows of table public.t_2022
-- ShareUpdateExclusiveLock on table public.t_2022: stops other DDL
create index concurrently t_2022_a_idx on public.t_2022 using btree (a);

-- HAZARD index-build: index t_2022_id_idx is built over the rows of table public.t_2022
-- ShareUpdateExclusiveLock on table public.t_2022: stops other DDL
create index concurrently t_2022_id_idx on public.t_2022 using btree (id);

begin;
-- AccessExclusiveLock on table public.t_2022: stops reads and writes
set local lock_timeout = 3000;
alter table public.t_2022 add constraint pggit_bound_7e1b2ee25b47 check (at is not null and at >= '2022-01-01'::date and at < '2023-01-01'::date) not valid;
commit;

-- HAZARD may-fail: rows of public.t_2022 may violate constraint pggit_bound_7e1b2ee25b47
-- ShareUpdateExclusiveLock on table public.t_2022: stops other DDL
alter table public.t_2022 validate constraint pggit_bound_7e1b2ee25b47;

begin;
-- AccessExclusiveLock on table public.t_2022: stops reads and writes
set local lock_timeout = 3000;
alter table public.t attach partition public.t_2022 FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
-- AccessExclusiveLock on table public.t_2022: stops reads and writes
alter table public.t_2022 drop constraint pggit_bound_7e1b2ee25b47;
commit;
