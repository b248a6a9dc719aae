create type c as (keep integer, changed bigint, new_name boolean, added date);
create function f(c) returns integer language sql as 'select ($1).keep';
