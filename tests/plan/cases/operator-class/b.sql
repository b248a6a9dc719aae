create operator class changed for type integer using btree as
  operator 1 <, operator 2 <=, operator 3 =, function 1 btint4cmp(integer, integer);
create operator class new_name for type bigint using hash as operator 1 =, function 1 hashint8(bigint);
create operator class added for type text using btree as operator 1 <, function 1 bttextcmp(text, text);
create table t (id integer primary key, a integer);
create index i on t (a changed);
