create table t (id integer not null, at date not null, a text) partition by range (at);
create table t_2020 (id integer not null, at date not null, a text);
create index t_2020_a_idx on t_2020 (a);
create table t_2021 partition of t for values from ('2021-01-01') to ('2022-01-01') partition by list (a);
create table t_2021_x partition of t_2021 for values in ('x');
create table t_2021_y partition of t_2021 for values in ('y');
create table t_2022 partition of t for values from ('2022-01-01') to ('2023-01-01');
create index t_a on t (a);
create index t_id on t (id);
