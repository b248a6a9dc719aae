"""What is written out of texts that others wrote."""

import sys
import unicodedata

from pggit.core.shown import shown, shown_lines

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# drawn as nothing, though Unicode counts them among letters and marks
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\ufe00\ufe0f\uffa0\U000e0100\U000e01ef"


def test_no_hidden_character_of_unicode_is_left() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in HIDDEN:
            assert shown(chr(code)).isascii() and shown(chr(code)).isprintable(), hex(code)
    assert shown(BLANK).isascii()


def test_letters_marks_and_wide_characters_stay() -> None:
    text = "naïve e\u0301 漢字 עברית عربي हिन्दी 👍 \\ ' \" →"
    assert shown(text) == text


def test_how_it_is_written() -> None:
    assert shown("a\x1b[2J\r\n\tb\x9b\u202e\U000e0041\ud800") == r"a\x1b[2J\r\n\tb\x9b\u202e\U000e0041\ud800"


def test_lines_end_with_a_newline_only() -> None:
    assert shown_lines("a\n\tb\x85c\u2028d\re\n") == ["a", "        b\\x85c\\u2028d\\re", ""]
