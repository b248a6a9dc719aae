"""SQL scripts, as psql reads them, cut into statements."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from pggit.db.psql import (
    VARIABLE,
    Conditions,
    Unreadable,
    Variables,
    arguments,
    boolean,
    copy_from,
    instead,
    is_harmless,
)
from pggit.db.statement import Script, ScriptUnreadable, Statement
from pggit.files import is_within, read_sql

__all__ = ["ELSEWHERE", "Script", "ScriptUnreadable", "Statement", "as_text", "read_script", "split_script"]

_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+ | --[^\n\r]*)
  | (?P<comment>/\*)
  | (?P<quoted>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*")
  | (?P<dollar>(?<![\w$])\$(?:[^\W\d]\w*)?\$)
  | (?P<word>[^\W\d][\w$]*)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<end>;|\\;)
  | (?P<colons>::|:=|\\:)
  | (?P<variable>{VARIABLE})
  | (?P<command>\\[^\s\\]*)
  | (?P<broken>['"])
  | (?P<other>[\w$]+ | .)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_DATA_END = re.compile(r"^\\\.[ \t]*\r?$\n?", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*")
_INCLUDES = {"i", "ir", "include", "include_relative"}
_NOWHERE: Mapping[str, str] = {}

ELSEWHERE = "Name a directory that holds both; --trust-source reads files from anywhere."
"""The hint for a file outside of the directory whose files are read."""


def split_script(text: str) -> list[Statement]:
    """Cut a SQL script that is no file into its statements: see `read_script`."""
    return read_script(text).statements


def read_script(
    text: str, *, path: Path | None = None, variables: Mapping[str, str] = _NOWHERE, within: Path | None = None
) -> Script:
    r"""Cut a SQL script into its statements.

    Dollar-quoted bodies, ``begin atomic … end``, rules of several statements, comments and data after
    ``COPY … FROM stdin;`` are kept whole. Of psql's own commands, files are included (``\i``, ``\ir``), ``\copy`` reads
    a file, variables (``\set``) and conditions (``\if``) do what they do in psql, and those that change nothing are
    passed over. Names of files start at the file that says them.

    Args:
        text: the script. A statement that does not lex is returned as it is, with all that follows: the server
            says what is wrong with it.
        path: where the script is; None: it is no file, and can name none.
        variables: those that psql would have set.
        within: the directory in which files that are named must be, wherever links lead; None: anywhere.

    Raises:
        ScriptUnreadable: the script has a psql command that matters and is not one of these, such as ``\connect``,
            ``\gexec``, ``\!``; a condition that is not true or false; a file that is not there; a ring of files.
    """
    script = Script()
    _Splitter(_Source(text), script, Variables(dict(variables)), (path,) if path else (), within).run()
    return script


def as_text(path: Path) -> str:
    """Read a file of SQL: UTF-8, with line feeds where all its lines end as in Windows.

    Raises:
        NotFound: there is none.
        UsageError: it cannot be read, is not a regular file, not UTF-8, or has a zero byte.
    """
    text = read_sql(path)
    # a single carriage return is somebody's
    return text.replace("\r\n", "\n") if text.count("\r\n") == text.count("\n") else text


@dataclass
class _Source:
    """A text that is being read: the script, or the value of a variable in it, whose lines are not counted.

    ``start`` is where what is not yet in the statement's pieces begins.
    """

    text: str
    of_variable: bool = False
    position: int = 0
    start: int | None = None
    line: int = 1
    line_position: int = 0

    def line_of(self, position: int) -> int:
        """The number of a line; positions come mostly in rising order."""
        if position < self.line_position:
            return self.line - self.text.count("\n", position, self.line_position)
        if not self.of_variable:
            self.line += self.text.count("\n", self.line_position, position)
            self.line_position = position
        return self.line


@dataclass
class _Splitter:
    """The place in one file, and what is known of the statement that is being read."""

    source: _Source
    script: Script
    variables: Variables
    stack: tuple[Path, ...]
    within: Path | None
    conditions: Conditions = field(default_factory=Conditions)
    expanding: tuple[str, ...] = ()
    pieces: list[tuple[str, int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    parentheses: int = 0
    blocks: int = 0

    @property
    def name(self) -> str | None:
        """The file, where it is not the one that was given."""
        return str(self.stack[-1]) if len(self.stack) > 1 else None

    def run(self) -> None:
        """Read the whole file."""
        self._scan()
        self._finish(len(self.source.text))
        if self.conditions.open:
            raise ScriptUnreadable(self.conditions.open[-1].line, r"\if without \endif", name=self.name)

    def _scan(self) -> None:
        """Read all tokens of a text."""
        source = self.source
        while match := _TOKEN.match(source.text, source.position):
            kind = match.lastgroup or "other"
            source.position = match.end()
            if kind == "blank":
                continue
            if kind == "comment":
                source.position = _comment_end(source.text, match.end())
                continue
            if kind == "command":
                self._command(match)
                continue
            if self.conditions.open and not self.conditions.active:
                self._skip(kind, match[0])
                continue
            if kind == "variable" and self._variable(match):
                continue
            if kind == "end" and self.parentheses <= 0 and self.blocks <= 0:
                self._finish(match.start())
                continue
            if source.start is None and (kind != "end" or self.pieces):
                source.start = match.start()
            if match[0] in ("\\;", "\\:"):
                self._flush(match.start())
                source.start = match.start() + 1
            self._note(kind, match[0])

    def _skip(self, kind: str, token: str) -> None:
        """Pass over a token of a branch that does not count."""
        if kind in ("dollar", "broken"):
            self._note(kind, token)

    def _note(self, kind: str, token: str) -> None:
        source = self.source
        if kind == "word":
            self._word(token.lower())
        elif kind == "dollar":
            end = source.text.find(token, source.position)
            source.position = end + len(token) if end >= 0 else len(source.text)
        elif kind == "open":
            self.parentheses += 1
        elif kind == "close":
            self.parentheses -= 1
        elif kind == "broken":
            source.position = len(source.text)

    def _word(self, word: str) -> None:
        source = self.source
        if word == "atomic" and self.words[-1:] == ["begin"] and {"function", "procedure"} & set(self.words[:5]):
            self.blocks = 1
        elif self.blocks > 0 and source.text[source.position - len(word) - 1] != ".":
            self.blocks += {"begin": 1, "case": 1, "end": -1}.get(word, 0)
        if len(self.words) < 5:
            self.words.append(word)
        else:
            self.words[5:] = [*self.words[5:][-1:], word]

    def _variable(self, match: re.Match[str]) -> bool:
        """Put a variable's value in its place; False where it stays as it is written."""
        plain = match["plain"]
        value = self.variables.values.get(plain) if plain else self.variables.replacement(match)
        if value is None or plain in self.expanding:
            return False
        outer = self.source
        line = outer.line_of(match.start())
        self._flush(match.start())
        if plain:
            self.source = _Source(value, of_variable=True, line=line)
            self.expanding += (plain,)
            self._scan()
            self._flush(len(value))
            self.expanding = self.expanding[:-1]
            self.source = outer
        else:
            self.pieces.append((value, line))
        if self.pieces:
            outer.start = outer.position
        return True

    def _flush(self, end: int) -> None:
        """Take what was read up to here into the statement."""
        source = self.source
        if source.start is not None:
            self.pieces.append((source.text[source.start : end], source.line_of(source.start)))
        source.start = None

    def _finish(self, end: int) -> None:
        """Note the statement that ends here, if one has begun."""
        self._flush(end)
        pieces, self.pieces = self.pieces, []
        self.words = []
        self.parentheses = self.blocks = 0
        text = "".join(piece for piece, _ in pieces).rstrip()
        if not text:
            return
        offsets: list[tuple[int, int]] = []
        length = 0
        for piece, line in pieces:
            offsets.append((length, line))
            length += len(piece)
        data = self._copy_data() if _takes_data(text) else None
        at = tuple(offsets) if len(offsets) > 1 else ()
        self.script.statements.append(Statement(text, pieces[0][1], data, name=self.name, pieces=at))

    def _copy_data(self) -> str:
        """The lines up to one that is ``\\.``, or to the end of the script."""
        source = self.source
        if source.of_variable:
            raise ScriptUnreadable(source.line, "COPY … FROM stdin out of a variable", name=self.name)
        begin = source.text.find("\n", source.position) + 1 or len(source.text)
        match = _DATA_END.search(source.text, begin)
        source.position = match.end() if match else len(source.text)
        return source.text[begin : match.start() if match else len(source.text)]

    def _command(self, match: re.Match[str]) -> None:
        """Do one of psql's own commands, pass over it, or refuse it."""
        name = match[0][1:]
        line = self.source.line_of(match.start())
        try:
            if name in Conditions.NAMES:
                self._condition(name, match.start(), line)
            elif name in ("copy", "!"):
                rest = _LINE.match(self.source.text, self.source.position)
                assert rest is not None
                self.source.position = rest.end()
                if self.conditions.active:
                    self._whole_line(name, rest[0], line)
            else:
                read = self._arguments()
                if self.conditions.active:
                    self._other(name, read, match.start(), line)
        except Unreadable as error:
            raise ScriptUnreadable(line, error.message, hint=error.hint, name=self.name) from None

    def _arguments(self) -> list[str]:
        found, self.source.position = arguments(self.source.text, self.source.position, self.variables)
        return found

    def _condition(self, name: str, start: int, line: int) -> None:
        decides = self.conditions.needs_value(name)
        words = self._arguments() if name in ("if", "elif") else []
        value = boolean(" ".join(words))
        if decides and value is None:
            raise Unreadable(
                rf"\{name} needs true or false, not {' '.join(words) or 'nothing'!r}",
                hint=r"on, off, 1, 0, yes, no, or a variable with one of these; :{?NAME} asks whether it is set.",
            )
        if self.conditions.active:
            self._flush(start)
        self.conditions.take(name, bool(value) and decides, line)
        if self.conditions.active and self.pieces:
            self.source.start = self.source.position

    def _whole_line(self, name: str, rest: str, line: int) -> None:
        if name == "!":
            raise _unknown(name)
        self._not_within(name)
        statement, file = copy_from(rest)
        if file is None:
            self.script.statements.append(Statement(statement, line, self._copy_data(), name=self.name))
            return
        path = self._beside(name, file)
        self.script.copied.append(path)
        self.script.statements.append(Statement(statement, line, copy_file=path, name=self.name))

    def _other(self, name: str, read: list[str], start: int, line: int) -> None:
        if name == "g" and not read and self._begun:
            self._finish(start)
            return
        if name in ("set", "unset", "q", *_INCLUDES) or is_harmless(name):
            self._not_within(name)
        elif name:
            raise _unknown(name)
        if name == "set":
            self.variables.set(read)
        elif name == "unset":
            self.variables.values.pop(read[0] if read else "", None)
        elif name == "q":
            self.conditions.open.clear()
            self.source.position = len(self.source.text)
        elif name in _INCLUDES:
            if len(read) != 1:
                raise Unreadable(rf"\{name} needs the name of one file")
            self._include(self._beside(name, read[0]))

    @property
    def _begun(self) -> bool:
        return bool(self.pieces) or self.source.start is not None

    def _not_within(self, name: str) -> None:
        if self._begun:
            raise Unreadable(rf"\{name} within a statement", hint="is a semicolon missing before it?")

    def _beside(self, name: str, written: str) -> Path:
        """The file that a command names, which must be there."""
        if not self.stack:
            raise Unreadable(rf"\{name} {written} in a script that is no file", hint="write its lines in its place.")
        path = Path(os.path.normpath(self.stack[-1].parent / written))
        if self.within is not None and not is_within(path, self.within):
            raise Unreadable(f"{path} is not in {self.within}", hint=ELSEWHERE)
        if not path.is_file():
            raise Unreadable(
                f"there is no file {path}",
                hint=rf"what \{name} names starts at the directory of the file that says it.",
            )
        return path

    def _include(self, path: Path) -> None:
        resolved = path.resolve()
        if any(resolved == outer.resolve() for outer in self.stack):
            ring = " → ".join(file.name for file in (*self.stack, path))
            raise Unreadable(f"{path.name} is included within itself: {ring}")
        self.script.included.append(path)
        _Splitter(_Source(as_text(path)), self.script, self.variables, (*self.stack, path), self.within).run()


def _unknown(name: str) -> Unreadable:
    return Unreadable(f"the psql command \\{name} is not known here", hint=instead(name))


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
