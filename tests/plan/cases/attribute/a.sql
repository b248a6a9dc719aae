create type c as (keep integer, gone text, changed integer, old_name boolean);
create function f(c) returns integer language sql as 'select ($1).keep';
