create schema "My Schema";
create type "My Schema"."E-1" as enum ('It''s', 'B"b', 'ü');
create table "My Schema"."T 1" ("Id" bigint primary key, "Order By" text, "é.x" "My Schema"."E-1" default 'It''s', "New ""x y" integer, constraint "C 1" check ("Order By" <> 'a.b'));
create index "I 1" on "My Schema"."T 1" ("Order By", "Id");
create view "My Schema"."V 1" as select "Order By" as "Group By", "é.x" from "My Schema"."T 1";
create function "My Schema"."F 1"("Arg 1" text) returns text language sql immutable as 'select "Arg 1" || ''x''';
create policy "P 1" on "My Schema"."T 1" using ("Id" > 1);
comment on column "My Schema"."T 1"."Order By" is 'it''s "so"';
create materialized view "My Schema"."M 1" as select "é.x" from "My Schema"."V 1";
