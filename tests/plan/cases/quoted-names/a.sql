create schema "My Schema";
create type "My Schema"."E-1" as enum ('It''s', 'B"b');
create table "My Schema"."T 1" ("Id" integer primary key, "Group By" text, "é.x" "My Schema"."E-1" default 'It''s', constraint "C 1" check ("Group By" <> 'a.b'));
create index "I 1" on "My Schema"."T 1" ("Group By");
create view "My Schema"."V 1" as select "Group By", "é.x" from "My Schema"."T 1";
create function "My Schema"."F 1"("Arg 1" text) returns text language sql as 'select "Arg 1"';
create policy "P 1" on "My Schema"."T 1" using ("Id" > 0);
comment on column "My Schema"."T 1"."Group By" is 'it''s "so"';
