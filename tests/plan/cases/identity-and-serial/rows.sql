insert into t (a) select i from generate_series(1, 20) as i;
insert into u (a) select i from generate_series(1, 20) as i;
