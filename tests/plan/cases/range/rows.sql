insert into t select i, changed(i, i + 5), old_name('a', 'b') from generate_series(1, 20) as i;
