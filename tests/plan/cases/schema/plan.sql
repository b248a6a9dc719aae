-- renamed: schema old_name → schema new_name


begin;
alter schema old_name rename to new_name;
create schema added;
create table added.s (
    id integer,
    other text
);
-- HAZARD data-loss: the rows of table gone.t
-- HAZARD not-reversible: no statement brings back: the rows of table gone.t
-- AccessExclusiveLock on table gone.t: stops reads and writes
set local lock_timeout = 3000;
drop table gone.t;
drop schema gone;
commit;
