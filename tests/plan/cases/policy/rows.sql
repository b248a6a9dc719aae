insert into t select i, 'o' from generate_series(1, 20) as i;
