"""Security labels. No provider can be loaded here, so the catalog's row is written by hand and the statement compared."""

from __future__ import annotations

from kinds.rebuild import definitions
from pggit.kinds import Object, Render, kind_of_key, kinds
from pggit.kinds.coverage import unmodelled
from pggit.kinds.reader import read_state
from servers import Database


def test_labels_of_a_table_its_column_and_a_view(database: Database) -> None:
    """They are read from pg_seclabel with what they hang on, and written with the provider's name."""
    connection = database.connect()
    connection.execute(
        """
        create table "T on x" (a integer); create view v as select 1 as b;
        set allow_system_table_mods = on;
        insert into pg_seclabel (objoid, classoid, objsubid, provider, label)
        values ('"T on x"'::regclass, 'pg_class'::regclass, 0, 'The one', 'it''s'),
          ('"T on x"'::regclass, 'pg_class'::regclass, 1, 'other', 'b'), ('v'::regclass, 'pg_class'::regclass, 1, 'other', 'c');
        """
    )
    found = {key: value for key, value in definitions(read_state(connection)).items() if key.startswith("security")}
    assert found == {
        'security label "The one" on table public."T on x"': {"label": "it's"},
        'security label other on column public."T on x".a': {"label": "b"},
        "security label other on column public.v.b": {"label": "c"},
    }
    assert unmodelled(connection) == []
    written = [
        statement
        for key, value in found.items()
        for statement in kinds()["security label"].create(Object(*kind_of_key(key), value), Render())
    ]
    assert sorted(written) == [
        """security label for "The one" on table public."T on x" is 'it''s'""",
        """security label for other on column public."T on x".a is 'b'""",
        """security label for other on column public.v.b is 'c'""",
    ]
