create function low(integer, more integer default 0) returns bigint language sql immutable as 'select $1::bigint';
create table t (id integer primary key, a integer default low(1), b integer generated always as (low(3)) stored, check (low(id) > 0));
create index i on t (low(a));
create function high(integer) returns bigint language sql begin atomic select low($1); end;
create view v as select high(a) as x from t;
