insert into t select i, row(i, 'b', '2020-01-01') from generate_series(1, 20) as i;
