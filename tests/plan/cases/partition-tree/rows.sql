insert into t select i, '2020-02-02', 'a' from generate_series(1, 20) as i;
insert into t select i, '2021-02-02', 'x' from generate_series(1, 20) as i;
insert into t_2022 select i, '2022-02-02', 'x' from generate_series(1, 20) as i;
