-- What a query text says without the secrets that it may carry. Event triggers pass current_query() through
-- pggit.redact() before anything is stored. Nothing here reads a table. Where it is in doubt it masks.
--
--   redact_lex      text -> tokens, as PostgreSQL's own lexer sees them
--   redact_level    which of the three treatments below a statement gets
--   redact_masked   one statement, or the body of a function, without literals and comments
--   redact_uncommented  a statement without its comments
--   redact          the whole text: every statement judged on its own
--
-- Treatments: 0 keep the text; 1 mask the literals, drop the comments; 2 the same, and mask the numbers too.


-- The tokens of a text: code (words, operators, blanks), string, name ("quoted"), comment, body ($tag$ ... $tag$),
-- end (;) and, from the first point that cannot be told for sure, broken (the whole rest).
-- Linear: the text is cut once at every character that can begin or end a token, and walked once.
create function pggit.redact_lex(query text, out kinds text[], out parts text[])
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $pggit$
declare
    pieces text[] := array(
        select m[1] from regexp_matches(query collate "C", $re$--|[\n\r]+|['"$\\;/*-]|[^'"$\\;/*\n\r-]+$re$, 'g') as m
    );
    n integer := cardinality(pieces);
    i integer := 1;
    tokens integer := 0;
    code text collate "C" := '';
    kind text;
    part text;
    piece text;
    following text;
    tag text collate "C";
    word text collate "C";
    last_dollar integer := -1;
    depth integer;
    escapes boolean;
    closed boolean;
begin
    kinds := '{}';
    parts := '{}';
    while i <= n loop
        piece := pieces[i];
        kind := 'code';
        if piece = '''' or piece = '"' then
            kind := case piece when '"' then 'name' else 'string' end;
            -- E'...', unless the e is the end of a longer word
            escapes := kind = 'string' and right(code, 1) in ('e', 'E')
                and right(code, 2) !~ '^([A-Za-z0-9_$]|[^\x01-\x7f])[eE]$';
            part := piece;
            closed := false;
            i := i + 1;
            while i <= n and not closed loop
                following := pieces[i];
                if following = piece and pieces[i + 1] = piece then
                    part := part || piece || piece;
                    i := i + 2;
                elsif following = '\' and kind = 'string' and pieces[i + 1] in ('''', '\') and escapes then
                    part := part || following || pieces[i + 1];
                    i := i + 2;
                else
                    -- \' ends a plain string or not, as standard_conforming_strings was when it was parsed
                    exit when following = '\' and kind = 'string' and not escapes and pieces[i + 1] = '''';
                    part := part || following;
                    closed := following = piece;
                    i := i + 1;
                end if;
            end loop;
        elsif piece = '--' then
            kind := 'comment';
            closed := true;
            part := '';
            while i <= n and pieces[i] !~ '^[\n\r]' loop
                part := part || pieces[i];
                i := i + 1;
            end loop;
        elsif piece = '/' and pieces[i + 1] = '*' then
            kind := 'comment';
            part := '/*';
            depth := 1;
            i := i + 2;
            while i <= n and depth > 0 loop
                following := pieces[i] || coalesce(pieces[i + 1], '');
                if following in ('*/', '/*') then
                    depth := depth + case following when '*/' then -1 else 1 end;
                    part := part || following;
                    i := i + 2;
                else
                    part := part || pieces[i];
                    i := i + 1;
                end if;
            end loop;
            closed := depth = 0;
        elsif piece = '$' then
            tag := case
                when pieces[i + 1] = '$' then '$$'
                when pieces[i + 2] = '$' and pieces[i + 1] ~ '^([A-Za-z_]|[^\x01-\x7f])([A-Za-z0-9_]|[^\x01-\x7f])*$'
                    then '$' || pieces[i + 1] || '$'
            end;
            -- a$b$ is a name: what does the word begin with that this stands in, if it does?
            part := case
                when code = '' then null
                when last_dollar = i - 1 then word
                when last_dollar = i - 2 and pieces[i - 1] ~ '^([A-Za-z0-9_]|[^\x01-\x7f])+$' then word
                else left(substring(pieces[i - 1] from '(?:[A-Za-z0-9_]|[^\x01-\x7f])+$'), 1)
            end;
            last_dollar := i;
            word := coalesce(part, '$');
            if tag is not null and part is null then
                kind := 'body';
                part := tag;
                depth := case tag when '$$' then 2 else 3 end;
                closed := false;
                i := i + depth;
                while i <= n and not closed loop
                    piece := pieces[i];
                    if piece = '$' and pieces[i + depth - 1] = '$'
                            and (depth = 2 or '$' || pieces[i + 1] || '$' = tag) then
                        part := part || tag;
                        closed := true;
                        i := i + depth;
                    else
                        part := part || piece;
                        i := i + 1;
                    end if;
                end loop;
            elsif tag is not null and part ~ '^[0-9$]' then
                kind := 'body';     -- 1$a$: versions differ
                part := '';
                closed := false;
            end if;
        elsif piece = ';' then
            kind := 'end';
            part := piece;
            closed := true;
            i := i + 1;
        end if;

        if kind = 'code' then
            code := code || piece;
            i := i + 1;
            continue;
        end if;
        if code <> '' then
            tokens := tokens + 1;
            kinds[tokens] := 'code';
            parts[tokens] := code;
            code := '';
        end if;
        tokens := tokens + 1;
        kinds[tokens] := case when closed then kind else 'broken' end;
        parts[tokens] := case when closed then part else part || array_to_string(pieces[i:n], '') end;
        exit when not closed;
    end loop;
    if code <> '' then
        kinds[tokens + 1] := 'code';
        parts[tokens + 1] := code;
    end if;
end
$pggit$;


-- Does a text have a word or a shape that suggests a secret, or escapes in which one could hide?
create function pggit.redact_suspicious(raw text) returns boolean
    language sql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $pggit$
    -- (which words and forms mean a secret is said in core/credentials.py)
    select raw collate "C" ~* {secret_names} or raw collate "C" ~* {secret_block} or raw collate "C" ~* (
        'connect|conninfo|dblink|://[^\s/]*@|pwd?([^a-z]|$)|user\s*mapping|u&["'']|(^|[^a-z0-9_])e''[^'']*\\([0-7]|x|u)'
    )
$pggit$;


-- How a statement must be treated. bare: its code, with blanks for comments and '***' for literals; raw: all of it.
-- 0 for plain DDL in which nothing is suspicious, 1 for DO and for DDL that has something of the sort, else 2.
create function pggit.redact_level(bare text, raw text, suspicious boolean) returns integer
    language sql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $pggit$
    select case
        when code !~ (
            '^\s*($|(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|do)\M'
            '|(grant|revoke|drop|cluster|reindex|truncate|refresh\s+materialized\s+view|comment\s+on|security\s+label)\M'
            '|(create|alter)\s+((or\s+replace|global|local|temp|temporary|unlogged|recursive|unique|constraint|trusted'
            '|procedural|default)\s+)*'
            '(table|view|materialized\s+view|index|sequence|type|domain|function|procedure|routine|aggregate|trigger'
            '|policy|rule|schema|extension|operator|collation|cast|conversion|statistics|text\s+search|publication'
            '|event\s+trigger|language|access\s+method|transform|privileges)\M)'
        ) then 2
        -- rows in a query text: not DDL, though it begins so
        when code ~ '^\s*create\s+(\w+\s+)*table\M' and code ~ '\mas[\s(]+(select|with|values|table|execute)\M' then 2
        when code ~ '^\s*do\M' then 1
        when suspicious then pggit.redact_suspicious(raw)::integer
        else 0
    end
    from lower(bare collate "C") as code
$pggit$;


-- One statement, or with nested = true the body of a DO or a function, with '***' for literals, blanks for comments,
-- and *** for what SET gives to a setting of somebody's own (its value need not be quoted). Bodies in SQL and PL/pgSQL
-- are masked from within, others altogether.
create function pggit.redact_masked(statement text, level integer, nested boolean default false) returns text
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $pggit$
declare
    kinds text[];
    parts text[];
    result text collate "C" := '';
    part text collate "C";
    tag text;
    sets boolean := statement collate "C" ~* '\mset\M';
    readable boolean := not nested and statement collate "C" !~* '\mlanguage\M(?!\s+"?(sql|plpgsql)\M)';
begin
    select l.kinds, l.parts into kinds, parts from pggit.redact_lex(statement) as l;
    for i in 1 .. cardinality(kinds) loop
        part := parts[i];
        case kinds[i]
            when 'end' then
                result := result || part;
            when 'code' then
                if level = 2 then
                    part := regexp_replace(part, '(^|[^A-Za-z0-9_$\x80-\xff])[0-9][A-Za-z0-9_.]*', '\1***', 'g');
                end if;
                result := result || part;
            when 'name' then
                result := result || case when sets then '"***"' else part end;
            when 'comment' then
                result := result || ' ';
            when 'body' then
                tag := substring(part from '^\$[^$]*\$');
                if readable and result ~* '(^\s*do|\mas)(\s+language\s+\w+)?\s*$' then
                    part := substr(part, length(tag) + 1, length(part) - 2 * length(tag));
                    result := result || tag || pggit.redact_masked(part, 1, true) || tag;
                else
                    result := result || '''***''';
                end if;
            else
                result := result || '''***''';
        end case;
    end loop;
    if sets then
        result := regexp_replace(result, '(\mset\M[^;=]*[."][^;=]*(=|\mto\M))[^;]*', '\1 ***', 'gi');
    end if;
    return result;
end
$pggit$;


-- A statement as it is, but for its comments.
create function pggit.redact_uncommented(statement text) returns text
    language sql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $pggit$
    select string_agg(case t.kind when 'comment' then ' ' else t.part end, '' order by t.position)
    from pggit.redact_lex(statement) as l, unnest(l.kinds, l.parts) with ordinality as t(kind, part, position)
$pggit$;


-- A query text without its secrets. Statements that are plain DDL come back as they are, unless one of their words
-- suggests a secret; if any statement was masked, the comments of all go. Texts over 64 Ki characters are cut.
create function pggit.redact(query text) returns text
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $pggit$
declare
    longest constant integer := 65536;
    cut boolean := length(query) > longest;
    kinds text[];
    parts text[];
    n integer;
    suspicious boolean := pggit.redact_suspicious(left(query, longest));
    bare text collate "C" := '';
    raw text := '';
    parentheses integer := 0;
    atomic boolean := query collate "C" ~* '\matomic\M';
    blocks integer := 0;
    statements text[] := '{}';
    levels integer[] := '{}';
    result text collate "C" := '';
    worst integer := 0;
begin
    select l.kinds, l.parts into kinds, parts from pggit.redact_lex(left(query, longest)) as l;
    n := cardinality(kinds);
    for i in 1 .. n loop
        raw := raw || parts[i];
        bare := bare || case kinds[i]
            when 'code' then parts[i]
            when 'name' then parts[i]
            when 'end' then ''
            when 'comment' then ' '
            else '''***'''
        end;
        if kinds[i] = 'code' then
            parentheses := parentheses + length(translate(parts[i], ')', '')) - length(translate(parts[i], '(', ''));
        end if;
        if kinds[i] = 'end' or i = n then
            if atomic and bare ~* '^\s*create\s[^;]*\m(function|procedure)\M.*\mbegin\s+atomic\M' then
                select count(*) filter (where m[1] !~* 'end') - count(*) filter (where m[1] ~* 'end') into blocks
                from regexp_matches(bare, '\m(begin|case|end)\M', 'gi') as m;
            end if;
            -- a ; within the parentheses of a rule or within begin atomic ... end ends no statement
            continue when i < n and (blocks > 0 or parentheses > 0);
            statements := statements || raw;
            levels := levels || case
                when i = n and (cut or blocks > 0 or kinds[i] = 'broken') then 2
                else pggit.redact_level(bare, raw, suspicious)
            end;
            worst := greatest(worst, levels[cardinality(levels)]);
            parentheses := 0;
            blocks := 0;
            raw := '';
            bare := '';
        end if;
    end loop;
    for i in 1 .. cardinality(statements) loop
        result := result || case
            when worst = 0 then statements[i]
            when levels[i] > 0 then pggit.redact_masked(statements[i], levels[i])
            else pggit.redact_uncommented(statements[i])
        end;
    end loop;
    result := regexp_replace(result, {secret_userinfo}, '\1***@', 'gi');
    result := regexp_replace(result, {secret_block}, '***', 'gi');
    return result || case when cut then ' /* cut */' else '' end;
end
$pggit$;
