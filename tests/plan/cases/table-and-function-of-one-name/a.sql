create table old_name (id integer primary key, a integer);
create function old_name(integer) returns integer language sql immutable as 'select $1';
create view v as select old_name(o.a) as called, o.id from old_name as o;
