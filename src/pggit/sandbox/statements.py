"""What is to be done with a statement of a text that pgGit did not write: by whom it is run, and with which roles.

No decision here gives the statement a right: what is run by the role without rights can do nothing, whatever it says.
What is run by the caller's role is parsed, as one statement of a form that runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from pggit.kinds.parsing import parse
from pggit.kinds.syntax import walk

if TYPE_CHECKING:
    from postgast import pg_query_pb2

Standin = Callable[[str], str]


class By(Enum):
    """Who runs a statement."""

    ROLE = "the role without rights"
    CALLER = "the caller's role, at once"
    READER = "the caller's role, in the transaction that reads the schema, which is rolled back"
    NOBODY = "nobody: it is refused"


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is to be done with a statement.

    Attributes:
        by: who runs it.
        text: with the names of roles that stand for others.
        node: as it was parsed; None where nobody needs to know.
        what: the command, for messages.
        then: statements that the role without rights runs afterwards.
    """

    by: By
    text: str
    node: Any = None
    what: str = ""
    then: tuple[str, ...] = ()


_IDENTIFIER = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
_NAMES = rf"{_IDENTIFIER}(?:\s*,\s*{_IDENTIFIER})*"
_OBJECT = (
    r"(?:table|sequence|view|materialized\s+view|function|procedure|routine|aggregate|type|domain|schema|operator"
    r"|collation|conversion|text\s+search\s+(?:dictionary|configuration)|statistics|foreign\s+table)"
)
_NO_TEXT = r"[^'$;\\]*?"
_OWNER = re.compile(rf"(alter\s+{_OBJECT}\s{_NO_TEXT}\bowner\s+to\s+)({_IDENTIFIER})\s*", re.IGNORECASE)
_GRANT = re.compile(
    rf"((?:grant|revoke)\s[\w\s,()]+?\son\s+(?:table\s+|sequence\s+|schema\s+|type\s+)?"
    rf"(?!(?:database|tablespace|language|parameter|foreign|function|procedure|routine|large|domain|all)\b)"
    rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})?\s+(?:to|from)\s+)({_NAMES})(\s+with\s+grant\s+option)?\s*",
    re.IGNORECASE,
)
_RESERVED = {"public", "current_user", "session_user", "current_role", "user", "group", "none"}
_PLAIN = re.compile(
    r"(?:insert|update|delete|merge|select|with|values|table|copy|do|call|begin|start|commit|end|rollback|savepoint"
    r"|release"
    r"|abort|lock|analyze|vacuum|cluster|reindex|explain|refresh|truncate|notify|listen|declare|fetch|close|discard"
    r"|prepare"
    r"|execute|deallocate|import)\b"
    r"|set\s+(?!(?:local\s+|session\s+)?(?:role|session\s+authorization|authorization)\b)"
    r"|reset\s+(?!role|session)"
    r"|create\s+(?:or\s+replace\s+)?(?:unlogged\s+|temp\s+|temporary\s+|unique\s+|recursive\s+|materialized\s+"
    r"|constraint\s+"
    r"|foreign\s+)*(?:table|index|view|sequence|trigger|rule|domain|statistics|collation|aggregate)\b"
    r"|create\s+type\s+\S+\s+as\b"
    r"|comment\s+on\s+(?:table|column|view|materialized|index|sequence|function|type|domain|schema"
    r"|constraint|trigger)\b"
    r"|drop\s+(?:table|view|materialized|index|sequence|function|type|domain|trigger|rule|policy|aggregate)\b",
    re.IGNORECASE,
)
_ALTER = re.compile(rf"alter\s+(?:{_OBJECT}|index|trigger|rule|policy|extension)\b", re.IGNORECASE)
_SCHEMA = re.compile(
    rf"create\s+schema\s+(?:if\s+not\s+exists\s+)?(?!authorization\b)({_IDENTIFIER})\s*", re.IGNORECASE
)
_OWNER_WORDS = re.compile(r"\b(?:owner|authorization|role)\b", re.IGNORECASE)
_FUNCTION = re.compile(r"create\s+(?:or\s+replace\s+)?(?:function|procedure)\b", re.IGNORECASE)
_SAFE_LANGUAGE = re.compile(r"\blanguage\s+'?(?:sql|plpgsql)\b", re.IGNORECASE)
_NEEDS_MORE = re.compile(r"\b(?:leakproof|support)\b", re.IGNORECASE)


def sort(text: str, standin: Standin, group: str) -> Sorted:
    """Return what is to be done with a statement.

    Args:
        text: one statement, without a semicolon.
        standin: returns the role that stands for a name.
        group: the role that may create in every schema.
    """
    quick = _quickly(text, standin, group)
    return quick or _parsed(text, standin, group)


def _quickly(text: str, standin: Standin, group: str) -> Sorted | None:
    """Sort the most frequent forms without the parser, which takes long to load."""
    if _PLAIN.match(text) or (_ALTER.match(text) and not _OWNER_WORDS.search(text)):
        return Sorted(By.ROLE, text)
    if _FUNCTION.match(text) and _SAFE_LANGUAGE.search(text) and not _NEEDS_MORE.search(text):
        return Sorted(By.ROLE, text)
    if match := _SCHEMA.fullmatch(text):
        return Sorted(By.ROLE, text, then=(f"grant create on schema {match[1]} to {group}",))
    match = _OWNER.fullmatch(text) or _GRANT.fullmatch(text)
    if match is None or "--" in match[1] or "/*" in match[1] or "pg_catalog" in match[1]:
        return None
    names = re.sub(_IDENTIFIER, lambda one: _written(one[0], standin), match[2])
    return Sorted(By.ROLE, match[1] + names + (match[3] or "" if match.re is _GRANT else ""))


def _written(name: str, standin: Standin) -> str:
    if name.startswith('"'):
        return standin(name[1:-1].replace('""', '"'))
    return name if name.lower() in _RESERVED else standin(name.lower())


def _parsed(text: str, standin: Standin, group: str) -> Sorted:
    import postgast

    try:
        found = parse(text).stmts
    except (postgast.PgQueryError, ValueError):
        return Sorted(By.ROLE, text)  # the server says what is wrong with it
    if len(found) != 1:
        return Sorted(By.ROLE, text)
    kind = found[0].stmt.WhichOneof("node")
    node = getattr(found[0].stmt, kind)
    by, what = _by(kind, node)
    if by is By.NOBODY:
        return Sorted(by, text, node, what)
    return Sorted(by, _with_roles(text, kind, node, standin), node, what or kind, tuple(_then(kind, node, group)))


_SERVER_WIDE = {
    "create_role_stmt": "CREATE ROLE",
    "alter_role_stmt": "ALTER ROLE",
    "alter_role_set_stmt": "ALTER ROLE … SET",
    "drop_role_stmt": "DROP ROLE",
    "grant_role_stmt": "GRANT or REVOKE of a role",
    "createdb_stmt": "CREATE DATABASE",
    "alter_database_stmt": "ALTER DATABASE",
    "alter_database_set_stmt": "ALTER DATABASE … SET",
    "alter_database_refresh_coll_stmt": "ALTER DATABASE",
    "dropdb_stmt": "DROP DATABASE",
    "create_table_space_stmt": "CREATE TABLESPACE",
    "drop_table_space_stmt": "DROP TABLESPACE",
    "alter_table_space_options_stmt": "ALTER TABLESPACE",
    "alter_system_stmt": "ALTER SYSTEM",
    "reassign_owned_stmt": "REASSIGN OWNED",
    "drop_owned_stmt": "DROP OWNED",
    "load_stmt": "LOAD",
    "check_point_stmt": "CHECKPOINT",
}
_AT_ONCE = {
    "create_extension_stmt", "create_op_family_stmt", "alter_op_family_stmt", "create_op_class_stmt",
    "create_fdw_stmt", "alter_fdw_stmt", "create_am_stmt", "create_cast_stmt",
    "create_function_stmt", "create_plang_stmt",
}  # fmt: skip
_WHEN_READ = {
    "create_event_trig_stmt", "alter_event_trig_stmt", "create_subscription_stmt", "alter_subscription_stmt",
    "drop_subscription_stmt",
}  # fmt: skip
_CALLERS_OWN = (
    "OBJECT_EXTENSION", "OBJECT_EVENT_TRIGGER", "OBJECT_LANGUAGE", "OBJECT_FDW", "OBJECT_ACCESS_METHOD",
    "OBJECT_TSPARSER", "OBJECT_TSTEMPLATE", "OBJECT_SUBSCRIPTION", "OBJECT_CAST",
)  # fmt: skip
"""Objects that belong to the caller, or to nobody: what is said of them changes no right of the role without rights."""
_OF_ONE = ("comment_stmt", "sec_label_stmt", "grant_stmt", "rename_stmt", "alter_owner_stmt")
_SERVERS_OWN = {"OBJECT_DATABASE": "DATABASE", "OBJECT_ROLE": "ROLE", "OBJECT_TABLESPACE": "TABLESPACE"}
_SYSTEM = ("pg_catalog", "information_schema")


def _by(kind: str, node: Any) -> tuple[By, str]:
    """Return who runs a statement of a kind, and what to call it."""
    if kind in _SERVER_WIDE:
        return By.NOBODY, _SERVER_WIDE[kind]
    if kind == "create_cast_stmt" and (node.HasField("func") or node.inout):
        return By.ROLE, kind
    if kind in _AT_ONCE:
        return By.CALLER, kind
    if kind in _WHEN_READ:
        return By.READER, kind
    about = _about(kind, node)
    if about == "OBJECT_EVENT_TRIGGER" and (kind in _OF_ONE or kind == "drop_stmt"):
        return By.READER, f"{kind} of an event_trigger"
    if about in _SERVERS_OWN:
        return By.NOBODY, f"a statement on a {_SERVERS_OWN[about].lower()}"
    if about == "OBJECT_PARAMETER_ACL":
        return By.NOBODY, "GRANT on a parameter"
    if kind in _OF_ONE and (about in _CALLERS_OWN or (kind == "grant_stmt" and _of_system(node))):
        return By.READER, kind
    if kind == "define_stmt" and about in ("OBJECT_TYPE", "OBJECT_TSPARSER", "OBJECT_TSTEMPLATE"):
        return By.CALLER, kind
    if kind in ("create_publication_stmt", "alter_publication_stmt") and _of_all(node):
        return By.READER, kind
    return By.ROLE, kind


def _about(kind: str, node: Any) -> str:
    """Return the sort of object that a statement is about, by the parser's name of it."""
    for field in ("objtype", "object_type", "rename_type", "remove_type", "kind"):
        if field in node.DESCRIPTOR.fields_by_name:
            enum = node.DESCRIPTOR.fields_by_name[field].enum_type
            if enum is not None and enum.name == "ObjectType":
                return str(enum.values_by_number[getattr(node, field)].name)
    return ""


def _of_system(node: pg_query_pb2.GrantStmt) -> bool:
    """Whether a grant is on an object of the system's schemas."""
    for part in node.objects:
        for found in walk(part):
            name = found.DESCRIPTOR.name
            if name == "RangeVar" and found.schemaname in _SYSTEM:
                return True
            if name == "ObjectWithArgs" and found.objname and found.objname[0].string.sval in _SYSTEM:
                return True
    return False


def _of_all(node: Any) -> bool:
    """Whether a publication is of all tables, or of all in a schema."""
    return bool(node.for_all_tables) or any(
        "TABLES_IN"
        in item.publication_obj_spec.DESCRIPTOR.fields_by_name["pubobjtype"]
        .enum_type.values_by_number[item.publication_obj_spec.pubobjtype]
        .name
        for item in node.pubobjects
    )


def _then(kind: str, node: Any, group: str) -> Iterator[str]:
    if kind != "create_schema_stmt":
        return
    name = node.schemaname or node.authrole.rolename
    if name:
        quoted = '"' + name.replace('"', '""') + '"'
        yield f"grant create on schema {quoted} to {group}"


_TOKEN = re.compile(rb"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[A-Za-z_\x80-\xff][\w$\x80-\xff]*")


def _with_roles(text: str, kind: str, node: Any, standin: Standin) -> str:
    """Put the roles that stand for others where a statement names them."""
    if kind == "variable_set_stmt" and node.name in ("role", "session_authorization"):
        return _set_role(node, standin)
    places: dict[int, str] = {}
    for found in _role_specs(node):
        places[found.location] = standin(found.rolename)
    encoded = text.encode()
    for location in sorted(places, reverse=True):
        match = _TOKEN.match(encoded, location)
        if match:
            encoded = encoded[:location] + places[location].encode() + encoded[match.end() :]
    if kind == "create_schema_stmt" and not node.schemaname and places:
        name = '"' + node.authrole.rolename.replace('"', '""') + '"'
        return re.sub(r"(?i)\bauthorization\b", lambda _: f"{name} authorization", encoded.decode(), count=1)
    return encoded.decode()


def _role_specs(node: Any) -> Iterator[Any]:
    for found in walk(node):
        if found.DESCRIPTOR.name == "RoleSpec" and found.rolename:
            yield found


def _set_role(node: pg_query_pb2.VariableSetStmt, standin: Standin) -> str:
    if not node.args:  # DEFAULT
        return "reset role"
    name = node.args[0].a_const.sval.sval
    if name == "none":
        return "reset role"
    return f"set {'local ' if node.is_local else ''}role {standin(name)}"
