create aggregate changed (integer) (sfunc = int4pl, stype = integer, initcond = '7');
create view v as select changed(x) from generate_series(1, 3) as x;
create aggregate new_name (integer) (sfunc = int4larger, stype = integer, parallel = safe);
create aggregate added (text) (sfunc = textcat, stype = text, initcond = '');
