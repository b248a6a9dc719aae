-- renamed: constraint x_pkey on public.x → constraint y_pkey on public.x
-- renamed: constraint y_pkey on public.y → constraint x_pkey on public.y


begin;
-- AccessExclusiveLock on table public.x: stops reads and writes
set local lock_timeout = 3000;
alter table public.x rename constraint x_pkey to y_pkey;
-- AccessExclusiveLock on table public.y: stops reads and writes
alter table public.y rename constraint y_pkey to x_pkey;
-- HAZARD data-loss: the values of column a of table public.x
-- HAZARD not-reversible: no statement brings back: the values of column a of table public.x
-- AccessExclusiveLock on table public.x: stops reads and writes
alter table public.x drop column a;
-- HAZARD data-loss: the values of column b of table public.y
-- HAZARD not-reversible: no statement brings back: the values of column b of table public.y
-- AccessExclusiveLock on table public.y: stops reads and writes
alter table public.y drop column b;
-- AccessExclusiveLock on table public.x: stops reads and writes
alter table public.x add column b date;
-- AccessExclusiveLock on table public.y: stops reads and writes
alter table public.y add column a text;
commit;
