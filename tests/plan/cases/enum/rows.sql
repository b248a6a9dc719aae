insert into t select i, 'c', 'z', 'q' from generate_series(1, 20) as i;
