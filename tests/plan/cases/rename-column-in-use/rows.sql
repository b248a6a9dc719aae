insert into t select i, i + 1, i from generate_series(1, 20) as i;
insert into u select i, i from generate_series(1, 20) as i;
insert into w select i + 1 from generate_series(1, 20) as i;
