begin;
-- AccessExclusiveLock on table public.a: stops reads and writes
set local lock_timeout = 3000;
alter table public.a drop constraint a_c_fkey;
-- AccessExclusiveLock on table public.b: stops reads and writes
alter table public.b drop constraint b_a_fkey;
-- AccessExclusiveLock on table public.c: stops reads and writes
alter table public.c drop constraint c_b_fkey;
create table public.x (
    id integer not null,
    z integer
);
create table public.y (
    id integer not null,
    x integer,
    more integer
);
create table public.z (
    id integer not null,
    y integer,
    more integer,
    most integer
);
alter table public.x add constraint x_pkey primary key (id);
alter table public.y add constraint y_pkey primary key (id);
alter table public.y add constraint y_x_fkey foreign key (x) references public.x (id);
alter table public.z add constraint z_pkey primary key (id);
alter table public.x add constraint x_z_fkey foreign key (z) references public.z (id);
alter table public.z add constraint self foreign key (more) references public.z (id);
alter table public.z add constraint z_y_fkey foreign key (y) references public.y (id);
-- HAZARD data-loss: the rows of table public.a
-- HAZARD not-reversible: no statement brings back: the rows of table public.a
-- AccessExclusiveLock on table public.a: stops reads and writes
drop table public.a;
-- HAZARD data-loss: the rows of table public.b
-- HAZARD not-reversible: no statement brings back: the rows of table public.b
-- AccessExclusiveLock on table public.b: stops reads and writes
drop table public.b;
-- HAZARD data-loss: the rows of table public.c
-- HAZARD not-reversible: no statement brings back: the rows of table public.c
-- AccessExclusiveLock on table public.c: stops reads and writes
drop table public.c;
commit;
