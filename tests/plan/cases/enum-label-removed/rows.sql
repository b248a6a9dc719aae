insert into t select i, 'a', '{a,c}' from generate_series(1, 20) as i;
