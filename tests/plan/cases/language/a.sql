create language gone handler plpgsql_call_handler;
create trusted language changed handler plpgsql_call_handler;
create language old_name handler plpgsql_call_handler validator plpgsql_validator;
