insert into t select i, i, 'n' from generate_series(1, 20) as i;
