insert into t select i, i, true, 'b' || i, 'n' || i from generate_series(1, 20) as i;
