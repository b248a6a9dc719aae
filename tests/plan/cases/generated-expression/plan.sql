-- HAZARD rewrite: table public.t is written anew under AccessExclusiveLock: column g is computed anew for each row
-- AccessExclusiveLock on table public.t: stops reads and writes
set lock_timeout = 3000;
alter table public.t alter column g set expression as ((a * 3));
reset lock_timeout;
