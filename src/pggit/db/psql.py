"""psql's own language in scripts: arguments of its commands, variables, conditions, ``\\copy``.

https://www.postgresql.org/docs/current/app-psql.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pggit.core.errors import UsageError

VARIABLE = r""":(?:(?P<plain>\w+)|'(?P<literal>\w+)'|"(?P<identifier>\w+)"|\{\?(?P<asked>\w+)\})"""
"""How a variable is written: as it is, as a literal, as an identifier, or the question whether it is set."""

_VARIABLE = re.compile(VARIABLE)
_ARGUMENT = re.compile(
    r"(?P<blank>[ \t\r\f\v]+)|'(?P<quoted>(?:[^'\\\n]|\\.|'')*)'|(?P<double>\"[^\"\n]*\"?)"
    rf"|{VARIABLE}|(?P<other>[^\s\\])"
)
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)|''", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f"}

# They show something, or say how psql itself behaves: no statement becomes another one by them.
HARMLESS = {
    "restrict", "unrestrict", "echo", "qecho", "warn", "encoding", "pset", "timing", "x", "t", "a", ".",
    "H", "C", "T", "f", "html", "l", "list", "z", "sf", "sv", "conninfo", "errverbose", "h", "help", "?", "copyright",
    "p",
}  # fmt: skip
_SHOWS = re.compile(r"d\w*[S+x]*\+?")
_REFUSED_VARIABLES = {"AUTOCOMMIT": "on", "SINGLELINE": "off"}
_INSTEAD = {
    "connect": "a script has one database: that which it is run in",
    "!": "no programs are run: do it before, and load what comes out",
    "gexec": "write a do block that executes the texts",
    "gset": "use a do block, or a query within the statement",
    "o": "results go nowhere",
    "prompt": r"\set says the value",
    "getenv": r"a script must not depend on where it is run: \set says the value",
    "cd": r"\ir and \copy start at the file that says them",
    "password": "alter role … password",
}
_ALIASES = {"c": "connect", "setenv": "getenv"}


def is_harmless(name: str) -> bool:
    """Whether a command changes nothing that a statement does."""
    return name in HARMLESS or bool(_SHOWS.fullmatch(name))


def instead(name: str) -> str:
    """Return what to do where a command is refused."""
    return _INSTEAD.get(_ALIASES.get(name, name), "write it as SQL")


class Unreadable(UsageError):
    """A command cannot be done here; who reads the script knows the line."""


@dataclass(slots=True)
class Variables:
    """The variables of a script and of what it includes."""

    values: dict[str, str] = field(default_factory=dict)

    def set(self, arguments: list[str]) -> None:
        r"""``\set NAME VALUE…``: values are joined; none is the empty text.

        Raises:
            Unreadable: no name of a variable, or one by which psql would run scripts otherwise.
        """
        if not arguments:
            return
        name, value = arguments[0], "".join(arguments[1:])
        if not re.fullmatch(r"\w+", name):
            raise Unreadable(f"{name!r} is no name of a variable")
        wanted = _REFUSED_VARIABLES.get(name)
        if wanted is not None and boolean(value) is not (wanted == "on"):
            raise Unreadable(rf"\set {name} {value} is not supported", hint=f"only {wanted} is.")
        self.values[name] = value

    def replacement(self, match: re.Match[str]) -> str | None:
        """Return the text in place of a quoted variable or question; None where it stays as it is written.

        Args:
            match: of `VARIABLE`, and not of its plain form.
        """
        if match["asked"]:
            return "TRUE" if match["asked"] in self.values else "FALSE"
        value = self.values.get(match["literal"] or match["identifier"])
        if value is None:
            return None
        return _literal(value) if match["literal"] else _quoted(value, '"')


def _literal(value: str) -> str:
    r"""Quote a text as libpq does: with backslashes in it, so that no setting of the server matters."""
    quoted = _quoted(value, "'")
    return " E" + quoted.replace("\\", "\\\\") if "\\" in value else quoted


def _quoted(value: str, quote: str) -> str:
    return quote + value.replace(quote, quote * 2) + quote


def arguments(text: str, position: int, variables: Variables) -> tuple[list[str], int]:
    r"""Read the arguments of a command: up to the end of the line, to another command, or past ``\\``.

    Args:
        text: the script.
        position: after the command's name.
        variables: by which they are interpolated.

    Returns:
        The arguments, and where to go on.

    Raises:
        Unreadable: an argument is to be the output of a program.
    """
    found: list[str] = []
    current: str | None = None
    while match := _ARGUMENT.match(text, position):
        position = match.end()
        if match["blank"]:
            found += [current] if current is not None else []
            current = None
        elif match["other"] == "`":
            raise Unreadable("the output of a program in backquotes", hint="no programs are run: write the value.")
        else:
            current = (current or "") + _part(match, variables)
    found += [current] if current is not None else []
    return found, position + 2 if text.startswith("\\\\", position) else position


def _part(match: re.Match[str], variables: Variables) -> str:
    if match["quoted"] is not None:
        return _ESCAPE.sub(_unescaped, match["quoted"])
    if match["plain"]:
        return variables.values.get(match["plain"], match[0])
    if match["literal"] or match["identifier"] or match["asked"]:
        replacement = variables.replacement(match)
        return match[0] if replacement is None else replacement
    return match[0]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code is None:
        return "'"
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _CONTROL.get(code, code)


def boolean(text: str) -> bool | None:
    """Return what psql takes a text for: an unambiguous beginning of true, false, yes, no; on, off, 1, 0."""
    word = text.lower()
    if not word:
        return None
    for whole, value in (("true", True), ("false", False), ("yes", True), ("no", False)):
        if whole.startswith(word):
            return value
    return {"on": True, "of": False, "off": False, "1": True, "0": False}.get(word)


@dataclass(slots=True)
class _Branch:
    """An ``\\if`` that is open: whether it can be active at all, whether a branch was taken, is; after ``\\else``."""

    possible: bool
    taken: bool
    active: bool
    last: bool
    line: int


@dataclass(slots=True)
class Conditions:
    r"""Which of a file's branches count: ``\if``, ``\elif``, ``\else``, ``\endif``."""

    open: list[_Branch] = field(default_factory=list)

    NAMES = ("if", "elif", "else", "endif")

    @property
    def active(self) -> bool:
        """Whether what stands here counts."""
        return not self.open or self.open[-1].active

    def needs_value(self, name: str) -> bool:
        """Whether a command's condition decides anything; psql does not look at the others."""
        if name == "if":
            return self.active
        return name == "elif" and bool(self.open) and self.open[-1].possible and not self.open[-1].taken

    def take(self, name: str, value: bool, line: int) -> None:
        """Take one of the four commands.

        Raises:
            Unreadable: it has no place here.
        """
        if name == "if":
            possible = self.active
            self.open.append(_Branch(possible, value and possible, value and possible, False, line))
            return
        if not self.open or (self.open[-1].last and name != "endif"):
            raise Unreadable(rf"\{name} without \if" if not self.open else rf"\{name} after \else")
        if name == "endif":
            self.open.pop()
            return
        branch = self.open[-1]
        branch.active = branch.possible and not branch.taken and (value or name == "else")
        branch.taken = branch.taken or branch.active
        branch.last = name == "else"


_COPY_TOKEN = re.compile(r"""\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|[^\W\d][\w$]*|.""", re.DOTALL)
_COPY_SOURCE = re.compile(r"\s*(?:'(?P<quoted>(?:[^']|'')*)'|(?P<bare>[^\s;]+))(?P<rest>.*)", re.DOTALL)


def copy_from(line: str) -> tuple[str, str | None]:
    r"""Read what follows ``\copy`` on its line.

    Returns:
        The statement ``COPY … FROM STDIN …``, and the file of its data; None where they follow in the script.

    Raises:
        Unreadable: it does not read a file.
    """
    depth = 0
    for match in _COPY_TOKEN.finditer(line):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        word = match[0].lower()
        if depth or word not in ("from", "to"):
            continue
        if word == "to":
            raise Unreadable(r"\copy … to writes a file", hint="a script here only loads.")
        return _copy_source(line[: match.start()].strip(), line[match.end() :])
    raise Unreadable(r"\copy without FROM", hint=r"\copy TABLE from 'FILE' …")


def _copy_source(target: str, rest: str) -> tuple[str, str | None]:
    match = _COPY_SOURCE.match(rest)
    if not match or not target:
        raise Unreadable(r"\copy without a table or a file", hint=r"\copy TABLE from 'FILE' …")
    bare = (match["bare"] or "").lower()
    if bare == "program":
        raise Unreadable(r"\copy … from program", hint="no programs are run: write its output into a file.")
    if bare == "pstdin":
        raise Unreadable(r"\copy … from pstdin", hint="there is no standard input here: write the rows into a file.")
    statement = f"copy {target} from stdin{match['rest'].rstrip().rstrip(';')}".rstrip()
    if bare == "stdin":
        return statement, None
    return statement, match["quoted"].replace("''", "'") if match["quoted"] is not None else match["bare"]
