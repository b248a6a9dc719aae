create function changed(a integer) returns integer language sql immutable parallel safe as 'select a + 1';
create function returns_other(a integer) returns bigint language sql as 'select a::bigint';
create view v as select returns_other(1) as x;
create function new_name(a text) returns text language plpgsql stable as 'begin return a || 1; end';
create function added(a integer, b text default 'x', variadic c integer[] default '{}') returns table (x integer, y text)
  language sql security definer set work_mem = '7MB' as 'select 1, b';
