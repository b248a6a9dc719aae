"""Cases of text search configurations, dictionaries, parsers and templates."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change, anew

KINDS = ("text search configuration", "text search dictionary", "text search parser", "text search template")

C = "text search configuration public.c"
D = "text search dictionary public.d"
P = "text search parser public.p"
T = "text search template public.t"
_PARSER = {"start": "prsd_start", "gettoken": "prsd_nexttoken", "end": "prsd_end", "lextypes": "prsd_lextype"}
_OTHERS = """
create function start(internal, int) returns internal language internal as 'prsd_start';
create function token(internal, internal, internal) returns internal language internal as 'prsd_nexttoken';
create function stop(internal) returns void language internal as 'prsd_end';
create function types(internal) returns internal language internal as 'prsd_lextype';
create function lexize(internal, internal, internal, internal) returns internal language internal as 'dsimple_lexize';
"""
# takes any options
_LAX = "create function lax_init(internal) returns internal language internal as 'generate_series_int4_support'"

CASES = (
    Case(
        "text-search-configuration",
        'create text search configuration c (parser = pg_catalog."default");'
        "alter text search configuration c add mapping for word, email with simple, english_stem",
        {
            C: {
                "parser": 'pg_catalog."default"',
                "mappings": {
                    "word": ["pg_catalog.simple", "pg_catalog.english_stem"],
                    "email": ["pg_catalog.simple", "pg_catalog.english_stem"],
                },
            }
        },
        [
            Change(
                C,
                "mappings",
                "alter text search configuration c alter mapping for word with english_stem",
                {"word": ["pg_catalog.english_stem"], "email": ["pg_catalog.simple", "pg_catalog.english_stem"]},
            ),
            Change(
                C,
                "mappings",
                "alter text search configuration c drop mapping for word; alter text search configuration c drop mapping for email",
                ABSENT,
            ),
            Change(
                C,
                "parser",
                "drop text search configuration c; create text search configuration c (parser = other)",
                "public.other",
            ),
        ],
        given="create text search parser other"
        ' (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype)',
    ),
    Case(
        "text-search-dictionary",
        "create text search dictionary d (template = simple, stopwords = english, accept = 'false')",
        {D: {"template": "pg_catalog.simple", "options": {"stopwords": "'english'", "accept": "'false'"}}},
        [
            Change(
                D,
                "options",
                "alter text search dictionary d (accept)",
                {"stopwords": "'english'"},
            ),
            Change(
                D,
                "template",
                "drop text search dictionary d; create text search dictionary d (template = other, stopwords = english)",
                "public.other",
            ),
            Change(D, "options", "alter text search dictionary d (stopwords)", ABSENT),
        ],
        given="create text search template other (init = dsimple_init, lexize = dsimple_lexize)",
    ),
    Case(
        "text-search-dictionary-options",
        "create text search dictionary d (template = lax, a = 5, b = '5', \"C, =d\" = 'it''s, \\ = \"x\"', e = 1.5, f = -3)",
        {
            D: {
                "template": "public.lax",
                "options": {
                    "a": "5",
                    "b": "'5'",
                    "C, =d": "E'it''s, \\\\ = \"x\"'",
                    "e": "1.5",
                    "f": "-3",
                },
            }
        },
        given=f"{_LAX}; create text search template lax (init = lax_init, lexize = dsimple_lexize)",
    ),
    Case(
        "text-search-parser",
        'create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype)',
        {P: _PARSER},
        anew(
            P,
            "create text search parser p",
            {f'"{key}"': value for key, value in _PARSER.items()},
            [
                ("start", {'"start"': "start"}, "public.start"),
                ("gettoken", {'"gettoken"': "token"}, "public.token"),
                ("end", {'"end"': "stop"}, "public.stop"),
                ("lextypes", {'"lextypes"': "types"}, "public.types"),
                ("headline", {'"headline"': "prsd_headline"}, "prsd_headline"),
            ],
        ),
        given=_OTHERS,
    ),
    Case(
        "text-search-template",
        "create text search template t (lexize = dsimple_lexize)",
        {T: {"lexize": "dsimple_lexize"}},
        anew(
            T,
            "create text search template t",
            {"lexize": "dsimple_lexize"},
            [("init", {"init": "dsimple_init"}, "dsimple_init"), ("lexize", {"lexize": "lexize"}, "public.lexize")],
        ),
        given=_OTHERS,
    ),
    Case(
        "text-search-hostile",
        f"""
        create schema {SCHEMA};
        create text search template {SCHEMA}.{NAME} (init = lax_init, lexize = dsimple_lexize);
        create text search dictionary {SCHEMA}.{NAME} (template = {SCHEMA}.{NAME}, "select" = 1, {NAME} = 'x');
        create text search parser {SCHEMA}.{NAME}
          (start = prsd_start, gettoken = prsd_nexttoken, "end" = prsd_end, lextypes = prsd_lextype);
        create text search configuration {SCHEMA}.{NAME} (parser = {SCHEMA}.{NAME});
        alter text search configuration {SCHEMA}.{NAME} add mapping for int with {SCHEMA}.{NAME};
        """,
        {
            f"text search template {SCHEMA}.{NAME}": {"init": "public.lax_init", "lexize": "dsimple_lexize"},
            f"text search parser {SCHEMA}.{NAME}": _PARSER,
            f"text search configuration {SCHEMA}.{NAME}": {
                "parser": f"{SCHEMA}.{NAME}",
                "mappings": {"int": [f"{SCHEMA}.{NAME}"]},
            },
            f"text search dictionary {SCHEMA}.{NAME}": {
                "template": f"{SCHEMA}.{NAME}",
                "options": {"select": "1", BARE: "'x'"},
            },
        },
        given=_LAX,
    ),
)
