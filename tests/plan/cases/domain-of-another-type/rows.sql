insert into t select i, i, array[i, i + 1] from generate_series(1, 20) as i;
