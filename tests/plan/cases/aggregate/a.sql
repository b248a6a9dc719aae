create aggregate gone (integer) (sfunc = int4pl, stype = integer, initcond = '0');
create aggregate changed (integer) (sfunc = int4pl, stype = integer, initcond = '0');
create view v as select changed(x) from generate_series(1, 3) as x;
create aggregate old_name (integer) (sfunc = int4larger, stype = integer, parallel = safe);
