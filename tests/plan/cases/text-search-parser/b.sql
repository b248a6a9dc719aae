create text search parser changed (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
create text search parser new_name (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype);
create text search parser added (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
