create text search parser gone (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype);
create text search parser changed (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype);
create text search parser old_name (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype);
