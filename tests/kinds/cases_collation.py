"""Cases of collations and conversions."""

from kinds.cases import ABSENT, HAS_ICU, NAME, SCHEMA, Case, Change

KINDS = ("collation", "conversion")

L = "collation public.l"
V = "conversion public.v"


def _collation(attribute: str, options: str, to: object, **more: object) -> Change:
    return Change(L, attribute, f"drop collation l; create collation l ({options})", to, **more)


def _conversion(attribute: str, text: str, to: object) -> Change:
    return Change(V, attribute, f"drop conversion v; create {text}", to)


def _function(signature: str, returns: str) -> str:
    return (
        f"create function f({signature}) returns {returns} language c strict as '$libdir/utf8_and_iso8859', 'iso8859_to_utf8';"
        "drop conversion v; create conversion v for 'LATIN2' to 'UTF8' from f"
    )


CASES = (
    Case(
        "collation-libc",
        "create collation l (locale = 'C'); create collation m (lc_collate = 'C', lc_ctype = 'POSIX'); create collation n from \"POSIX\"",
        {
            L: {"provider": "libc", "lc_collate": "C", "lc_ctype": "C"},
            "collation public.m": {"provider": "libc", "lc_collate": "C", "lc_ctype": "POSIX"},
            "collation public.n": {"provider": "libc", "lc_collate": "POSIX", "lc_ctype": "POSIX"},
        },
        [
            _collation("lc_collate", "lc_collate = 'POSIX', lc_ctype = 'C'", "POSIX"),
            _collation("lc_ctype", "locale = 'POSIX'", "POSIX"),
            _collation(
                "provider",
                "provider = builtin, locale = 'C'",
                "builtin",
                along=("locale", "lc_collate", "lc_ctype"),
                since=17,
            ),
            _collation("locale", "provider = builtin, locale = 'C.UTF-8'", "C.UTF-8", since=17),
        ],
    ),
    Case(
        "collation-icu",
        "create collation l (provider = icu, locale = 'de-u-co-phonebk', deterministic = false)",
        {L: {"provider": "icu", "locale": "de-u-co-phonebk", "deterministic": False}},
        [
            _collation("locale", "provider = icu, locale = 'und', deterministic = false", "und"),
            _collation("deterministic", "provider = icu, locale = 'und'", ABSENT),
            _collation("rules", "provider = icu, locale = 'und', rules = '&a < b'", "&a < b", since=16),
        ],
        needs=HAS_ICU,
    ),
    Case(
        "collation-hostile",
        f"create schema {SCHEMA}; create collation {SCHEMA}.{NAME} (locale = 'C')",
        {f"collation {SCHEMA}.{NAME}": {"provider": "libc", "lc_collate": "C", "lc_ctype": "C"}},
    ),
    Case(
        "conversion",
        "create conversion v for 'LATIN2' to 'UTF8' from iso8859_to_utf8",
        {V: {"from": "LATIN2", "to": "UTF8", "function": "iso8859_to_utf8"}},
        [
            _conversion("from", "conversion v for 'LATIN3' to 'UTF8' from iso8859_to_utf8", "LATIN3"),
            _conversion("default", "default conversion v for 'LATIN3' to 'UTF8' from iso8859_to_utf8", True),
        ],
    ),
    Case(
        "conversion-to",
        "create conversion v for 'UTF8' to 'LATIN2' from utf8_to_iso8859",
        {V: {"from": "UTF8", "to": "LATIN2", "function": "utf8_to_iso8859"}},
        [_conversion("to", "conversion v for 'UTF8' to 'LATIN3' from utf8_to_iso8859", "LATIN3")],
    ),
    Case(
        "conversion-function",
        "create conversion v for 'LATIN2' to 'UTF8' from iso8859_to_utf8",
        {},
        [
            Change(V, "function", _function("int, int, cstring, internal, int", "void"), "public.f", before=14),
            Change(V, "function", _function("int, int, cstring, internal, int, bool", "int"), "public.f", since=14),
        ],
    ),
    Case(
        "conversion-hostile",
        f"create schema {SCHEMA}; create conversion {SCHEMA}.{NAME} for 'LATIN2' to 'UTF8' from iso8859_to_utf8",
        {f"conversion {SCHEMA}.{NAME}": {"from": "LATIN2", "to": "UTF8", "function": "iso8859_to_utf8"}},
    ),
)
