create domain d as integer
  constraint changed check (value > -1) constraint new_name check (value <> 500) constraint added check (value < 2000);
create table t (id integer primary key, d d);
