create sequence changed as integer increment by 5 start with 10 cycle;
create sequence new_name increment by 7 maxvalue 700;
create table t (id integer default nextval('new_name') primary key);
create sequence added minvalue -5 owned by t.id;
