"""What only a superuser can create, created over the caller's own connection in a scratch database.

Each is one parsed statement, and nothing of it can be run afterwards by the role without rights, or by pgGit: a
function in C has the body of one that only fails, a cast that reinterprets bytes goes by way of text, and what reaches
other servers has lost its library. `Caller.patches` are the statements that put this back, in the transaction that
reads the schema and is rolled back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pggit.core.errors import PermissionDenied, Refused
from pggit.db.constants import require_own_constants
from pggit.db.session import transaction
from pggit.kinds.ddl import literal
from pggit.kinds.ddl import name as quoted
from pggit.sandbox.extensions import make_unreachable, require_allowed
from pggit.sandbox.statements import Sorted

if TYPE_CHECKING:
    from psycopg import Connection

_FAILS = "any_in"
"""A function of PostgreSQL that raises an error and looks at no argument."""

_SYSTEM = ("pg_catalog", "information_schema", "pg_toast")
_TRUST = "--trust-source loads the SQL with your own rights."
_UNTRUSTED = "select not lanpltrusted from pg_catalog.pg_language where lanname = %s"
_IN_EXTENSION = """
select d.objid from pg_catalog.pg_depend as d
where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = %s and d.deptype = 'e'
"""
_UNSAFE_PROCEDURES = """
select p.oid::pg_catalog.regprocedure::text from pg_catalog.pg_amproc as a
join pg_catalog.pg_proc as p on p.oid = a.amproc join pg_catalog.pg_opfamily as f on f.oid = a.amprocfamily
join pg_catalog.pg_am as m on m.oid = f.opfmethod join pg_catalog.pg_language as l on l.oid = p.prolang
where pg_catalog.pg_current_xact_id()::pg_catalog.xid = a.xmin
  and not (l.lanname = 'internal' and p.prosrc = 'any_in')
  and not (m.amname = 'btree' and a.amprocnum = 1
    and p.proargtypes::pg_catalog.oid[] = array[a.amproclefttype, a.amprocrighttype])
  and not (m.amname = 'btree' and a.amprocnum = 4
    and p.proargtypes::pg_catalog.oid[] = array['oid'::pg_catalog.regtype::pg_catalog.oid])
  and not (m.amname = 'hash' and a.amprocnum in (1, 2) and p.proargtypes[0] = a.amproclefttype)
"""
_UNSAFE_LANGUAGE = """
select p.oid::pg_catalog.regprocedure::text from pg_catalog.pg_language as l
join pg_catalog.pg_proc as p on p.oid in (l.lanplcallfoid, l.laninline, l.lanvalidator)
where l.lanname = %s and not (p.prosrc = 'any_in' and p.prolang = 12)
"""
_UNSAFE_METHOD = """
select p.oid::pg_catalog.regprocedure::text from pg_catalog.pg_am as m
join pg_catalog.pg_proc as p on p.oid = m.amhandler
where m.amname = %s and not (p.prosrc = 'any_in' and p.prolang = 12)
  and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
"""
_UNSAFE_PARSER = """
select p.oid::pg_catalog.regprocedure::text from pg_catalog.pg_ts_parser as t
join pg_catalog.pg_proc as p on p.oid in (t.prsstart, t.prstoken, t.prsend, t.prsheadline, t.prslextype)
where pg_catalog.pg_current_xact_id()::pg_catalog.xid = t.xmin and not (p.prosrc = 'any_in' and p.prolang = 12)
  and p.oid <> all (select pg_catalog.unnest(array[b.prsstart, b.prstoken, b.prsend, b.prsheadline, b.prslextype])
    from pg_catalog.pg_ts_parser as b where b.prsnamespace = 'pg_catalog'::pg_catalog.regnamespace)
"""
_UNSAFE_TEMPLATE = """
select t.tmplname::text from pg_catalog.pg_ts_template as t
where pg_catalog.pg_current_xact_id()::pg_catalog.xid = t.xmin
  and exists (select from pg_catalog.pg_proc as p where p.oid in (t.tmplinit, t.tmpllexize)
    and not (p.prosrc = 'any_in' and p.prolang = 12))
  and not exists (select from pg_catalog.pg_ts_template as b
    where b.tmplnamespace = 'pg_catalog'::pg_catalog.regnamespace and b.tmpllexize = t.tmpllexize
      and (b.tmplinit = t.tmplinit or t.tmplinit = 0 and b.tmplinit = 0))
"""
_NOT_OF_EXTENSION = (
    "not exists (select from pg_catalog.pg_depend as d where d.classid = x.tableoid and d.objid = x.oid"
    " and d.deptype = 'e')"
)
_FOREIGN_CODE = (
    "x.oid >= 16384 and x.prolang in (select l.oid from pg_catalog.pg_language as l where not l.lanpltrusted)"
    f" and {_NOT_OF_EXTENSION}"
)
_QUARANTINE = (
    (
        "select pg_catalog.format("
        "'update pg_catalog.pg_proc set prolang = %s, prosrc = %L, probin = %L where oid = %s',"
        f" x.prolang, x.prosrc, x.probin, x.oid) from pg_catalog.pg_proc as x where {_FOREIGN_CODE}",
        f"update pg_catalog.pg_proc as x set prolang = 12, prosrc = '{_FAILS}', probin = null where {_FOREIGN_CODE}",
    ),
    (
        "select pg_catalog.format('update pg_catalog.pg_cast set castmethod = ''b'' where oid = %s', x.oid)"
        f" from pg_catalog.pg_cast as x where x.oid >= 16384 and x.castmethod = 'b' and {_NOT_OF_EXTENSION}",
        "update pg_catalog.pg_cast as x set castmethod = 'i' where x.oid >= 16384 and x.castmethod = 'b'"
        f" and {_NOT_OF_EXTENSION}",
    ),
    (
        "select pg_catalog.format('update pg_catalog.pg_event_trigger set evtenabled = %L where oid = %s',"
        " x.evtenabled, x.oid) from pg_catalog.pg_event_trigger as x",
        "update pg_catalog.pg_event_trigger set evtenabled = 'D'",
    ),
)


def require_plain_constants(own: Connection, statement: Sorted) -> None:
    """Check that the text of a statement runs nothing when it is parsed over the caller's connection.

    Args:
        own: with the search_path of pgGit's own sessions, so that nobody's operators are found.
        statement: to be sent next.

    Raises:
        Refused: it would.
    """
    try:
        require_own_constants(own, statement.text)
    except PermissionDenied as error:
        command = statement.what.removesuffix("_stmt").replace("_", " ").upper()
        raise Refused(
            f"{command} is not run with the rights of this session: a constant in it is of a type that holds a domain,"
            " whose CHECKs would run at once",
            hint=_TRUST,
        ) from error


class Caller:
    """The caller's connection to a scratch database, and what is to be put back when the schema is read.

    Args:
        own: in autocommit mode.
        group: the role through which the one without rights may use what belongs to the caller.

    Attributes:
        patches: statements that put back what was left out.
        reachable: statements after which other servers can be reached again.
    """

    def __init__(self, own: Connection, group: str) -> None:
        self.own = own
        self.patches: list[str] = []
        self.reachable: list[str] = []
        self._group = group

    def needs(self, node: Any) -> bool:
        """Whether a function or an extension is only for a superuser."""
        kind = node.DESCRIPTOR.name
        if kind == "CreateFunctionStmt":
            language = _option(node, "language")
            if language in (None, "sql", "plpgsql") and not _has(node, "leakproof") and not _has(node, "support"):
                return False
            row = self.own.execute(_UNTRUSTED, [language or "sql"]).fetchone()
            return _has(node, "leakproof") or _has(node, "support") or (row is not None and bool(row[0]))
        return True

    def run(self, statement: Sorted, owner: str, path: list[str]) -> None:
        """Create something.

        Args:
            statement: that was sorted to the caller's role.
            owner: the role that it shall belong to, where that need not be a superuser.
            path: the schemas in which names are looked up.

        Raises:
            Refused: it could be used to run what is not trusted.
            PgGitError: the server does not take it.
        """
        node = statement.node
        make = getattr(self, f"_{node.DESCRIPTOR.name}", None)
        if make is None:
            raise Refused(f"{statement.what} is not run for SQL that is not trusted", hint=_TRUST)
        with transaction(self.own):
            require_plain_constants(self.own, statement)
            self.own.execute("set local check_function_bodies = off")
            self.own.execute(
                "select pg_catalog.set_config('search_path', %s, true)",
                [", ".join(quoted(one) for one in path if one not in _SYSTEM and not one.startswith("pg_"))],
            )
            make(statement, quoted(owner))

    def quarantine(self) -> None:
        """Put out of use what the role without rights could not have created, until `patches` are run.

        The database is a copy that somebody filled: its functions in C, its casts, event triggers, and what reaches
        other servers. Nothing of it fires or is called meanwhile.
        """
        for query, _ in _QUARANTINE:
            self.patches += [text for (text,) in self.own.execute(query).fetchall()]
        for _, statement in _QUARANTINE:
            self._run(statement)
        self.reachable += make_unreachable(self.own)

    def _CreateExtensionStmt(self, statement: Sorted, owner: str) -> None:
        require_allowed(self.own, statement.node)
        self._run(statement.text)
        self.reachable += make_unreachable(self.own)
        self.own.execute(
            "do $$ declare w name; begin"
            " for w in select fdwname from pg_catalog.pg_foreign_data_wrapper loop"
            f"  execute pg_catalog.format('grant usage on foreign data wrapper %I to {self._group}', w);"
            " end loop; end $$"
        )

    def _CreateFunctionStmt(self, statement: Sorted, owner: str) -> None:
        """A function of an untrusted language, or one of which an attribute is for superusers."""
        node = statement.node
        _require_user_schema(node.funcname)
        language = _option(node, "language") or "sql"
        leakproof, support = _flag(node, "leakproof"), _names(node, "support")
        body = [item.string.sval for item in _item(node, "as").list.items] if _has(node, "as") else []
        untrusted = language not in ("sql", "plpgsql")
        replacing, node.replace = node.replace, False
        _remove(node, {"leakproof", "support"})
        if untrusted:
            _remove(node, {"language", "as", "transform"})
        text = _deparse("create_function_stmt", node)
        if untrusted:
            text += f" language internal as '{_FAILS}'"
        oid = self._function(text, node, replacing, owner)
        if leakproof:
            self.patches.append(f"update pg_catalog.pg_proc set proleakproof = true where oid = {oid}")
        if support:
            self.patches.append(
                f"update pg_catalog.pg_proc set prosupport = {literal(support)}::regproc where oid = {oid}"
            )
        if untrusted:
            self._put_back(oid, language, body)

    def _function(self, text: str, node: Any, replacing: bool, owner: str) -> int:
        if replacing:
            found = self.own.execute(
                "select p.oid, pg_catalog.pg_has_role(%s, p.proowner, 'usage') from pg_catalog.pg_proc as p"
                " where p.oid = pg_catalog.to_regprocedure(%s)",
                [owner.strip('"'), _signature(node)],
            ).fetchone()
            if found is not None and found[1]:
                self.patches[:] = [one for one in self.patches if not one.endswith(f" {found[0]}")]
                text = "create or replace" + text[len("create") :]
        self._run(text)
        ((oid,),) = self.own.execute(
            "select oid::pg_catalog.int8 from pg_catalog.pg_proc"
            " where xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid"
        ).fetchall()
        self._give("routine", oid, owner)
        return int(oid)

    def _put_back(self, oid: int, language: str, body: list[str]) -> None:
        source, library = (body[1], body[0]) if len(body) == 2 else ("".join(body), None)
        if language == "c" and library is None:
            ((name,),) = self.own.execute("select proname from pg_catalog.pg_proc where oid = %s", [oid]).fetchall()
            source, library = name, source
        self.patches.append(
            "update pg_catalog.pg_proc set"
            f" prolang = (select l.oid from pg_catalog.pg_language as l where l.lanname = {literal(language)}),"
            f" prosrc = {literal(source)}, probin = {literal(library) if library is not None else 'null'}"
            f" where oid = {oid}"
        )

    def _DefineStmt(self, statement: Sorted, owner: str) -> None:
        node = statement.node
        _require_user_schema(node.defnames)
        self._run(statement.text)
        kind = node.DESCRIPTOR.fields_by_name["kind"].enum_type.values_by_number[node.kind].name
        if kind == "OBJECT_TYPE":
            if not node.definition:  # whose it is now must define it
                return
            self._run(f"alter type {'.'.join(quoted(part.string.sval) for part in node.defnames)} owner to {owner}")
            return
        self._require_none(_UNSAFE_PARSER if kind == "OBJECT_TSPARSER" else _UNSAFE_TEMPLATE, [])

    def _CreateCastStmt(self, statement: Sorted, owner: str) -> None:
        node = statement.node
        node.inout = True
        self._run(_deparse("create_cast_stmt", node))
        ((oid,),) = self.own.execute(
            "select oid::pg_catalog.int8 from pg_catalog.pg_cast"
            " where xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid"
        ).fetchall()
        self.patches.append(f"update pg_catalog.pg_cast set castmethod = 'b' where oid = {oid}")

    def _CreateOpFamilyStmt(self, statement: Sorted, owner: str) -> None:
        _require_user_schema(statement.node.opfamilyname)
        self._run(statement.text)
        self._give_new("pg_opfamily", "operator family", owner)

    def _AlterOpFamilyStmt(self, statement: Sorted, owner: str) -> None:
        _require_user_schema(statement.node.opfamilyname)
        self._run(statement.text)
        self._require_none(_UNSAFE_PROCEDURES, [])

    def _CreateOpClassStmt(self, statement: Sorted, owner: str) -> None:
        _require_user_schema(statement.node.opclassname)
        self._run(statement.text)
        self._require_none(_UNSAFE_PROCEDURES, [])
        self._give_new("pg_opclass", "operator class", owner)
        self._give_new("pg_opfamily", "operator family", owner)

    def _CreateFdwStmt(self, statement: Sorted, owner: str) -> None:
        """Without handler and validator, which would be run by whoever creates a server."""
        node = statement.node
        functions = {one.def_elem.defname: one.def_elem.arg for one in node.func_options}
        del node.func_options[:]
        self._run(_deparse("create_fdw_stmt", node))
        name = quoted(node.fdwname)
        self._run(f"grant usage on foreign data wrapper {name} to {self._group}")
        for option, argument in functions.items():
            if argument.WhichOneof("node"):
                written = ".".join(quoted(part.string.sval) for part in argument.list.items)
                self._run(f"select {literal(written)}::pg_catalog.regproc")  # the server says if there is none
                ((full,),) = self.own.execute(
                    "select %s::pg_catalog.regproc::pg_catalog.oid::pg_catalog.int8", [written]
                ).fetchall()
                self.patches.append(
                    f"update pg_catalog.pg_foreign_data_wrapper set fdw{option} = {full}"
                    f" where fdwname = {literal(node.fdwname)}"
                )

    def _AlterFdwStmt(self, statement: Sorted, owner: str) -> None:
        if statement.node.func_options:
            raise Refused("ALTER FOREIGN DATA WRAPPER … HANDLER is not run for SQL that is not trusted", hint=_TRUST)
        self._run(statement.text)

    def _CreateAmStmt(self, statement: Sorted, owner: str) -> None:
        self._run(statement.text)
        self._require_none(_UNSAFE_METHOD, [statement.node.amname])

    def _CreatePLangStmt(self, statement: Sorted, owner: str) -> None:
        self._run(statement.text)
        self._require_none(_UNSAFE_LANGUAGE, [statement.node.plname])

    def _run(self, text: str) -> None:
        self.own.execute(text.encode(), prepare=False)

    def _require_none(self, query: str, values: list[str]) -> None:
        row = self.own.execute(query, values).fetchone()
        if row is not None:
            raise Refused(f"{row[0]} cannot be used like this in SQL that is not trusted", hint=_TRUST)

    def _give_new(self, catalog: str, words: str, owner: str) -> None:
        rows = self.own.execute(
            f"select oid::pg_catalog.int8 from pg_catalog.{catalog}"
            " where xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid"
        ).fetchall()
        for (oid,) in rows:
            self._give(words, oid, owner)

    def _give(self, words: str, oid: int, owner: str) -> None:
        catalog = {"routine": "pg_proc", "operator class": "pg_opclass", "operator family": "pg_opfamily"}[words]
        ((name,),) = self.own.execute(
            "select identity from pg_catalog.pg_identify_object(%s::pg_catalog.regclass, %s::pg_catalog.oid, 0)",
            [f"pg_catalog.{catalog}", oid],
        ).fetchall()
        self._run(f"alter {words} {name} owner to {owner}")


def _require_user_schema(parts: Any) -> None:
    if len(parts) > 1 and (parts[0].string.sval in _SYSTEM or parts[0].string.sval.startswith("pg_")):
        raise Refused(f"nothing is created in schema {parts[0].string.sval}", hint=_TRUST)


def _deparse(field: str, node: Any) -> str:
    import postgast
    from postgast import pg_query_pb2

    tree = pg_query_pb2.ParseResult()
    getattr(tree.stmts.add().stmt, field).CopyFrom(node)
    return str(postgast.deparse(tree))


def _signature(node: Any) -> str:
    """The name and the types of the arguments by which a function is looked up."""
    import postgast

    found = []
    for parameter in node.parameters:
        one = parameter.function_parameter
        mode = one.DESCRIPTOR.fields_by_name["mode"].enum_type.values_by_number[one.mode].name
        if mode in ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"):
            continue
        tree = postgast.parse("select null::integer")
        cast = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast
        cast.type_name.CopyFrom(one.arg_type)
        found.append(postgast.deparse(tree).partition("::")[2])
    return f"{'.'.join(quoted(part.string.sval) for part in node.funcname)}({', '.join(found)})"


def _item(node: Any, name: str) -> Any:
    for option in node.options:
        if option.def_elem.defname == name:
            return option.def_elem.arg
    return None


def _has(node: Any, name: str) -> bool:
    return _item(node, name) is not None


def _option(node: Any, name: str) -> str | None:
    found = _item(node, name)
    return None if found is None else str(found.string.sval)


def _flag(node: Any, name: str) -> bool:
    found = _item(node, name)
    return found is not None and bool(found.boolean.boolval)


def _names(node: Any, name: str) -> str:
    found = _item(node, name)
    return "" if found is None else ".".join(quoted(part.string.sval) for part in found.list.items)


def _remove(node: Any, names: set[str]) -> None:
    for index in reversed(range(len(node.options))):
        if node.options[index].def_elem.defname in names:
            del node.options[index]
