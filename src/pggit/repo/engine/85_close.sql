-- Nobody has rights here but those to whom pggit.grant_access gives them.
revoke all on all functions in schema pggit from public;
revoke all on all tables in schema pggit from public;
