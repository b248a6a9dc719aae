create text search dictionary changed (template = snowball, language = german, stopwords = german);
create text search dictionary new_name (template = simple, accept = false);
create text search dictionary added (template = snowball, language = danish);
