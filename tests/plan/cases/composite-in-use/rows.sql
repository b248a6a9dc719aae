insert into t select i, row(i, 'b')::c, array[row(i, 'x')::c] from generate_series(1, 20) as i;
