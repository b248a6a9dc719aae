insert into u select i from generate_series(1, 20) as i;
insert into t select i, i, i from generate_series(1, 20) as i;
