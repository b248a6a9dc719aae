"""SQL scripts, as psql reads them, cut into statements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from pggit.core.errors import UsageError

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+ | --[^\n\r]*)
  | (?P<comment>/\*)
  | (?P<quoted>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*")
  | (?P<dollar>(?<![\w$])\$(?:[^\W\d]\w*)?\$)
  | (?P<word>[^\W\d][\w$]*)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<end>;)
  | (?P<command>\\[^\n\r]*)
  | (?P<broken>['"])
  | (?P<other>[\w$]+ | .)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_DATA_END = re.compile(r"^\\\.[ \t]*\r?$\n?", re.MULTILINE)

# They show something, or say how psql itself behaves: no statement becomes another one by them.
_HARMLESS = {"restrict", "unrestrict", "echo", "qecho", "warn", "encoding", "pset", "timing", "x", "t", "a", "."}
_HARMLESS_VARIABLES = {"ON_ERROR_STOP", "ON_ERROR_ROLLBACK", "QUIET", "ECHO", "VERBOSITY", "SHOW_CONTEXT"}


class ScriptUnreadable(UsageError):
    """A script needs what only psql can do; the message names the line."""

    code = "script_unreadable"

    def __init__(self, line: int, message: str, *, hint: str | None = None) -> None:
        super().__init__(f"line {line}: {message}", hint=hint)
        self.line = line
        self.reason = message


@dataclass(frozen=True)
class Statement:
    """One statement of a script.

    Attributes:
        text: without the semicolon and without comments before it.
        line: where it begins, from 1.
        copy_data: what follows a ``COPY … FROM stdin``; ``None`` for all others.
    """

    text: str
    line: int
    copy_data: str | None = None

    @property
    def first_word(self) -> str:
        """``create``, ``copy``, … in lower case."""
        match = re.match(r"\w+", self.text)
        return match[0].lower() if match else ""


def split_script(text: str) -> list[Statement]:
    """Cut a SQL script into its statements.

    Dollar-quoted bodies, ``begin atomic … end``, rules of several statements, comments and data after
    ``COPY … FROM stdin;`` are kept whole. Of psql's own commands those that change nothing are passed over.

    Args:
        text: the script. A statement that does not lex is returned as it is, with all that follows: the server
            says what is wrong with it.

    Returns:
        The statements in their order; none for a script of comments only.

    Raises:
        ScriptUnreadable: the script has a psql command that matters, such as ``\\connect``, ``\\i``, ``\\copy``,
            ``\\gexec``.
    """
    return _Splitter(text).run()


@dataclass
class _Splitter:
    """The place in the script, and what is known of the statement that is being read."""

    text: str
    position: int = 0
    start: int | None = None
    words: list[str] = field(default_factory=list)
    parentheses: int = 0
    blocks: int = 0
    found: list[Statement] = field(default_factory=list)
    line: int = 1
    line_position: int = 0

    def run(self) -> list[Statement]:
        """Read all tokens."""
        while match := _TOKEN.match(self.text, self.position):
            kind = match.lastgroup or "other"
            self.position = match.end()
            if kind == "blank":
                continue
            if kind == "comment":
                self.position = _comment_end(self.text, match.end())
                continue
            if kind == "command":
                self._command(match)
                continue
            if kind == "end" and self.parentheses <= 0 and self.blocks <= 0:
                self._finish(match.start())
                continue
            if self.start is None and kind != "end":
                self.start = match.start()
            self._note(kind, match[0])
        self._finish(len(self.text))
        return self.found

    def _note(self, kind: str, token: str) -> None:
        if kind == "word":
            self._word(token.lower())
        elif kind == "dollar":
            end = self.text.find(token, self.position)
            self.position = end + len(token) if end >= 0 else len(self.text)
        elif kind == "open":
            self.parentheses += 1
        elif kind == "close":
            self.parentheses -= 1
        elif kind == "broken":
            self.position = len(self.text)

    def _word(self, word: str) -> None:
        if word == "atomic" and self.words[-1:] == ["begin"] and {"function", "procedure"} & set(self.words[:5]):
            self.blocks = 1
        elif self.blocks > 0 and self.text[self.position - len(word) - 1] != ".":
            self.blocks += {"begin": 1, "case": 1, "end": -1}.get(word, 0)
        if len(self.words) < 5:
            self.words.append(word)
        else:
            self.words[5:] = [*self.words[5:][-1:], word]

    def _finish(self, end: int) -> None:
        """Note the statement that ends here, if one has begun."""
        if self.start is None:
            return
        statement = self.text[self.start : end].rstrip()
        line = self._line_of(self.start)
        data = self._copy_data() if _takes_data(statement) else None
        self.found.append(Statement(statement, line, data))
        self.start = None
        self.words = []
        self.parentheses = self.blocks = 0

    def _copy_data(self) -> str:
        """The lines up to one that is ``\\.``, or to the end of the script."""
        begin = self.text.find("\n", self.position) + 1 or len(self.text)
        match = _DATA_END.search(self.text, begin)
        self.position = match.end() if match else len(self.text)
        return self.text[begin : match.start() if match else len(self.text)]

    def _command(self, match: re.Match[str]) -> None:
        """Pass over one of psql's own commands, or refuse it."""
        line = self._line_of(match.start())
        words = match[0][1:].split()
        name = words[0] if words else ""
        harmless = name in _HARMLESS or (name in ("set", "unset") and words[1:2] and words[1] in _HARMLESS_VARIABLES)
        if harmless and self.start is None:
            return
        if harmless:
            raise ScriptUnreadable(line, f"\\{name} within a statement", hint="is a semicolon missing before it?")
        raise ScriptUnreadable(line, f"the psql command \\{name} is not known here", hint="write it as SQL")

    def _line_of(self, position: int) -> int:
        """The number of a line; positions come in rising order."""
        self.line += self.text.count("\n", self.line_position, position)
        self.line_position = position
        return self.line


def _comment_end(text: str, position: int) -> int:
    """Where a block comment ends: they nest."""
    depth = 1
    while depth:
        match = _COMMENT_EDGE.search(text, position)
        if match is None:
            return len(text)
        depth += 1 if match[0] == "/*" else -1
        position = match.end()
    return position


def _takes_data(statement: str) -> bool:
    """Whether a statement is ``COPY … FROM stdin``."""
    if statement[:4].lower() != "copy":
        return False
    words = [match[0].lower() for match in _TOKEN.finditer(statement) if match.lastgroup in ("word", "open", "close")]
    return ("from", "stdin") in pairwise(words)
