create subscription changed connection 'host=nowhere dbname=x password=hush' publication p, q with (connect = false, synchronous_commit = on);
create subscription new_name connection 'host=nowhere dbname=x password=hush' publication p with (connect = false, slot_name = 'kept');
create subscription added connection 'host=nowhere dbname=x password=hush' publication p with (connect = false, slot_name = none);
