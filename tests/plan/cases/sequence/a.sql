create sequence gone;
create sequence changed;
create sequence old_name increment by 7 maxvalue 700;
create table t (id integer default nextval('old_name') primary key);
