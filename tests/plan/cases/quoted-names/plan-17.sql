-- renamed: column "My Schema"."T 1"."Group By" → column "My Schema"."T 1"."Order By"


begin;
-- AccessExclusiveLock on table "My Schema"."T 1": stops reads and writes
set local lock_timeout = 3000;
alter table "My Schema"."T 1" rename column "Group By" to "Order By";
commit;

alter type "My Schema"."E-1" add value 'ü';

begin;
-- HAZARD runs-code: function "My Schema"."F 1"(text): its body is code that runs with the rights of who calls it
create or replace function "My Schema"."F 1"("Arg 1" text)
returns text
language sql
immutable
as $$select "Arg 1" || 'x'$$;
-- AccessExclusiveLock on table "My Schema"."T 1": stops reads and writes
set local lock_timeout = 3000;
alter table "My Schema"."T 1" add column "New ""x y" integer;
-- AccessExclusiveLock on view "My Schema"."V 1": stops reads and writes
create or replace view "My Schema"."V 1" ("Group By", "é.x") as
 SELECT "T 1"."Order By" AS "Group By",
    "T 1"."é.x"
   FROM "My Schema"."T 1";
-- HAZARD privileges: table "My Schema"."T 1": policy P 1 no longer says which rows are seen or written
-- HAZARD recreate: policy "P 1" on "My Schema"."T 1" is dropped and made again
-- AccessExclusiveLock on table "My Schema"."T 1": stops reads and writes
drop policy "P 1" on "My Schema"."T 1";
commit;

-- HAZARD rewrite: table "My Schema"."T 1" is written anew under AccessExclusiveLock: column Id: every value is converted
-- AccessExclusiveLock on table "My Schema"."T 1": stops reads and writes
set lock_timeout = 3000;
alter table "My Schema"."T 1" alter column "Id" type bigint;
reset lock_timeout;

-- HAZARD index-build: index pggit_index_aa6aaf5ea948 is built over the rows of table "My Schema"."T 1"
-- HAZARD recreate: index "My Schema"."I 1" is dropped and made again
-- ShareUpdateExclusiveLock on table "My Schema"."T 1": stops other DDL
create index concurrently pggit_index_aa6aaf5ea948 on "My Schema"."T 1" using btree ("Order By", "Id");

-- ShareUpdateExclusiveLock on table "My Schema"."T 1": stops other DDL
drop index concurrently if exists "My Schema"."I 1";

begin;
-- ShareUpdateExclusiveLock on table "My Schema"."T 1": stops other DDL
alter index "My Schema".pggit_index_aa6aaf5ea948 rename to "I 1";
-- HAZARD privileges: table "My Schema"."T 1": policy P 1 says which rows are seen or written
-- AccessExclusiveLock on table "My Schema"."T 1": stops reads and writes
set local lock_timeout = 3000;
create policy "P 1" on "My Schema"."T 1" for all using (("Id" > 1));
create materialized view "My Schema"."M 1" ("é.x") as
 SELECT "V 1"."é.x"
   FROM "My Schema"."V 1";
commit;
