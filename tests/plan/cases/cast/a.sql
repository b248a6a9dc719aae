create type e as enum ('a', 'b');
create function to_int(e) returns integer language sql immutable as 'select 1';
create function to_date(e) returns date language sql immutable as 'select current_date';
create cast (e as integer) with function to_int(e);
create cast (e as date) with function to_date(e);
