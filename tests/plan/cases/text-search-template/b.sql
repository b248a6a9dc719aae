create text search template changed (lexize = dsimple_lexize, init = dsimple_init);
create text search template new_name (lexize = dsimple_lexize);
create text search template added (lexize = dsnowball_lexize, init = dsnowball_init);
