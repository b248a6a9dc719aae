create text search template gone (lexize = dsimple_lexize);
create text search template changed (lexize = dsimple_lexize);
create text search template old_name (lexize = dsimple_lexize);
