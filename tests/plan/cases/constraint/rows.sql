insert into u select generate_series(1, 20);
insert into t select i, i, i + 1, i, i from generate_series(1, 20) as i;
