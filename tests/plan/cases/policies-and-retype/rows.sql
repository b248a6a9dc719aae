insert into t select i, i, 'a' from generate_series(1, 20) as i;
