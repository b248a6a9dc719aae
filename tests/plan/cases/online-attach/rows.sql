insert into t_old select i, 'a' || i from generate_series(1, 20) as i;
