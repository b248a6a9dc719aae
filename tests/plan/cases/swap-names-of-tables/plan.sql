begin;
-- AccessExclusiveLock on table public.x: stops reads and writes
set local lock_timeout = 3000;
alter table public.x drop constraint x_pkey;
-- AccessExclusiveLock on table public.y: stops reads and writes
alter table public.y drop constraint y_pkey;
-- AccessExclusiveLock on table public.x: stops reads and writes
alter table public.x add column b date;
-- AccessExclusiveLock on table public.y: stops reads and writes
alter table public.y add column a text;
commit;

-- HAZARD index-build: index y_pkey is built over the rows of table public.x
-- HAZARD may-fail: rows of table public.x may not be unique in index y_pkey
-- ShareUpdateExclusiveLock on table public.x: stops other DDL
create unique index concurrently y_pkey on public.x (id);

begin;
-- AccessExclusiveLock on table public.x: stops reads and writes
set local lock_timeout = 3000;
alter table public.x add constraint y_pkey primary key using index y_pkey;
commit;

-- HAZARD index-build: index x_pkey is built over the rows of table public.y
-- HAZARD may-fail: rows of table public.y may not be unique in index x_pkey
-- ShareUpdateExclusiveLock on table public.y: stops other DDL
create unique index concurrently x_pkey on public.y (id);

begin;
-- AccessExclusiveLock on table public.y: stops reads and writes
set local lock_timeout = 3000;
alter table public.y add constraint x_pkey primary key using index x_pkey;
-- HAZARD data-loss: the values of column a of table public.x
-- HAZARD not-reversible: no statement brings back: the values of column a of table public.x
-- AccessExclusiveLock on table public.x: stops reads and writes
alter table public.x drop column a;
-- HAZARD data-loss: the values of column b of table public.y
-- HAZARD not-reversible: no statement brings back: the values of column b of table public.y
-- AccessExclusiveLock on table public.y: stops reads and writes
alter table public.y drop column b;
commit;
