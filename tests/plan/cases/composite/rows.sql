insert into t select i, row(i, 'b', date '2020-01-01')::old_name from generate_series(1, 20) as i;
