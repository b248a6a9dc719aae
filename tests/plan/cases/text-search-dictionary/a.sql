create text search dictionary gone (template = simple);
create text search dictionary changed (template = snowball, language = english);
create text search dictionary old_name (template = simple, accept = false);
