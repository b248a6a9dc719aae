create function gone() returns integer language sql as 'select 1';
create function changed(a integer) returns integer language sql as 'select a';
create function returns_other(a integer) returns integer language sql as 'select a';
create view v as select returns_other(1) as x;
create function old_name(a text) returns text language plpgsql stable as 'begin return a || 1; end';
