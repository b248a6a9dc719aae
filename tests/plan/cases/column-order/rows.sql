insert into t select i, i, 'b' from generate_series(1, 20) as i;
