create function pggit.redact(query text) returns text language sql immutable as $$ select query $$;
