create conversion gone for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create conversion changed for 'LATIN2' to 'UTF8' from iso8859_to_utf8;
create conversion old_name for 'UTF8' to 'LATIN2' from utf8_to_iso8859;
