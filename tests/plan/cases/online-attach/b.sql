create table t (id integer not null, a text) partition by range (id);
create table t_old (id integer not null, a text);
alter table t attach partition t_old for values from (1) to (100);
