create conversion changed for 'LATIN3' to 'UTF8' from iso8859_to_utf8;
create conversion new_name for 'UTF8' to 'LATIN2' from utf8_to_iso8859;
create default conversion added for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
