-- renamed: operator class public.old_name USING hash → operator class public.new_name USING hash
-- renamed: operator family public.old_name USING hash → operator family public.new_name USING hash


begin;
alter operator class public.old_name USING hash rename to new_name;
alter operator family public.old_name USING hash rename to new_name;
drop operator class public.gone USING gin;
drop operator family public.gone USING gin;
create operator family public.added using btree;
create operator class public.added for type text using btree family public.added as
  operator 1 < (text, text),
  function 1 (text, text) bttextcmp(text,text);
commit;

-- HAZARD recreate: index public.i is dropped and made again
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
drop index concurrently if exists public.i;

begin;
-- HAZARD recreate: operator class public.changed USING btree is dropped and made again
drop operator class public.changed USING btree;
create operator class public.changed for type integer using btree family public.changed as
  operator 1 < (integer, integer),
  operator 2 <= (integer, integer),
  operator 3 = (integer, integer),
  function 1 (integer, integer) btint4cmp(integer,integer);
commit;

-- HAZARD index-build: index i is built over the rows of table public.t
-- ShareUpdateExclusiveLock on table public.t: stops other DDL
create index concurrently i on public.t using btree (a public.changed);
