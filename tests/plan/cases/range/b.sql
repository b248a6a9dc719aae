create type changed as range (subtype = integer, subtype_diff = int4range_subdiff);
create type new_name as range (subtype = text, collation = "C");
create type added as range (subtype = float8, subtype_diff = float8mi);
create table t (id integer primary key, c changed, o new_name);
