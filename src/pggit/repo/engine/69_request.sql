-- Protected branches, and requests to merge into them: what they would change, who approved that, whether it was proven.
-- A protected branch moves only to the merge of a request. The trigger at the end says so of every way a ref can move.

-- Whether a branch is meant by a name, or by a pattern in which * stands for anything.
create function pggit.is_meant(branch text, pattern text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select branch like replace(replace(replace(replace(pattern, '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') escape '!' $$;

-- What protects a branch: of all patterns that mean it the strictest. No row where it is not protected.
create function pggit.rule_of(branch text) returns table (patterns text[], approvals integer, proof boolean, signed boolean, not_author boolean, independent boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select array_agg(p.pattern order by p.pattern), max(p.approvals), bool_or(p.proof), bool_or(p.signed), bool_or(p.not_author), bool_or(p.independent)
  from pggit.protection as p where pggit.is_meant(branch, p.pattern)
  having count(*) > 0
$$;

-- Protects a branch, or all that a pattern means; what it said before is replaced.
create function pggit.protect(pattern text, approvals integer default 0, proof boolean default false, signed boolean default false, not_author boolean default false,
  independent boolean default false) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pggit.check_ref_name(replace(pattern, '*', 'x'));
  if approvals is null or approvals < 0 then
    perform pggit.fail('PG002', format('%s approvals cannot be needed', coalesce(approvals::text, 'null')));
  end if;
  if approvals = 0 and (signed or not_author or independent) then
    perform pggit.fail('PG002', format('%s says which approvals count, and none is needed',
      case when signed then 'signed' when not_author then 'not-author' else 'independent' end), 'Give the number of approvals, too.');
  end if;
  perform pggit.lock_repository();
  if strpos(pattern, '*') = 0 and not exists (select from pggit.ref as r where r.name = 'heads/' || pattern) then
    perform pggit.fail('PG003', format('there is no branch %s', pattern), 'A pattern with * protects branches to come.');
  end if;
  insert into pggit.protection as p (pattern, approvals, proof, signed, not_author, independent)
  values (protect.pattern, protect.approvals, protect.proof, protect.signed, protect.not_author, protect.independent)
  on conflict on constraint protection_pkey do update set approvals = excluded.approvals, proof = excluded.proof, signed = excluded.signed,
    not_author = excluded.not_author, independent = excluded.independent, set_at = excluded.set_at, set_by = excluded.set_by;
  perform pggit.note_change('protection/' || pattern, 'protect: ' || concat_ws(', ', approvals || case approvals when 1 then ' approval' else ' approvals' end, case when proof then 'proof' end,
    case when signed then 'signed' end, case when not_author then 'not by authors' end,
    case when independent then 'independent' end));
end $$;

-- Takes off what was said of a branch or pattern.
create function pggit.unprotect(pattern text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pggit.lock_repository();
  delete from pggit.protection as p where p.pattern = unprotect.pattern;
  if not found then
    perform pggit.fail('PG003', format('nothing protects %s', pattern), 'pggit protect lists what is protected.');
  end if;
  perform pggit.note_change('protection/' || pattern, 'protect: off');
end $$;

-- Refuses to go on where a branch is protected: what follows would move it without a request.
create function pggit.require_direct(branch text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from pggit.rule_of(branch)) then
    perform pggit.fail('PG006', format('branch %s is protected: it moves only by merging a request', branch),
      'pggit switch -c NAME takes along what is not committed; commit there, then pggit request open.');
  end if;
end $$;

-- What two trees differ in, as one hash: of each object its group, its key, and the exact hash of its definition before and after,
-- so all that decides what is built. It stays the same where the target of a merge moves on elsewhere.
create function pggit.change_hash(a bytea, b bytea) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  select pggit.digest(jsonb_build_object('changes', coalesce(
    jsonb_agg(jsonb_build_array(d.group_key, d.key, encode(d.old, 'hex'), encode(d.new, 'hex')) order by d.group_key collate "C", d.key collate "C"), '[]')))
  from pggit.diff_trees(a, b) as d
$$;

-- What a revision is, as one hash: the two commits, and what merging them changes. It is what a reviewer has seen.
create function pggit.revision_hash(request bigint, source bytea, target bytea, change_hash bytea) returns bytea
language sql immutable security definer set search_path = pg_catalog, pg_temp
as $$
  select pggit.digest(jsonb_build_object('request', request, 'source', encode(source, 'hex'), 'target', encode(target, 'hex'), 'changes', encode(change_hash, 'hex')))
$$;

-- A request that is open, with the lock on it.
create function pggit.open_request_row(request bigint) returns pggit.request
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  asked pggit.request;
begin
  perform pggit.lock_repository();
  select * into asked from pggit.request as q where q.id = open_request_row.request for update;
  if asked.id is null then
    perform pggit.fail('PG003', format('there is no request %s', request), 'pggit request list --all shows those there are.');
  end if;
  if asked.state <> 'open' then
    perform pggit.fail('PG006', format('request %s is %s', request, asked.state));
  end if;
  return asked;
end $$;

-- Asks for a branch to be merged into another one. Returns the request's number.
create function pggit.open_request(branch text, target text, title text, body text default '') returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  number bigint;
  wanted text;
begin
  if coalesce(pggit.clean_line(title), '') = '' then
    perform pggit.fail('PG002', 'a request needs a title');
  end if;
  if branch = target then
    perform pggit.fail('PG002', format('%s cannot be merged into itself', branch));
  end if;
  perform pggit.lock_repository();
  foreach wanted in array array[branch, target] loop
    if not exists (select from pggit.ref as r where r.name = 'heads/' || wanted and r.commit is not null) then
      perform pggit.fail('PG003', format('there is no branch %s', wanted), 'pggit branch shows those there are.');
    end if;
  end loop;
  select q.id into number from pggit.request as q where q.branch = open_request.branch and q.target = open_request.target and q.state = 'open';
  if number is not null then
    perform pggit.fail('PG006', format('request %s asks for %s to be merged into %s already', number, branch, target), format('pggit request update %s takes in what the branch has got since.', number));
  end if;
  number := 1 + coalesce((select max(q.id) from pggit.request as q), 0);
  insert into pggit.request (id, branch, target, title, body, state, opened_by, author)
  values (number, open_request.branch, open_request.target, pggit.clean_line(open_request.title), pggit.clean_message(open_request.body), 'open', session_user, pggit.author());
  return number;
end $$;

-- Writes down what merging two commits comes to: the first one's tree with groups replaced, or null where they do not merge. The
-- commits must be those of the two branches; what the merge changes is worked out here, from the stored trees. The rest of what is
-- said, {outcome, plan, conflicts, findings, refused}, is to be read, and decides nothing. Returns the revision's number; the
-- last one's where it is of the same commits and came to the same.
create function pggit.put_revision(request bigint, target text, source text, groups jsonb, said jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  asked pggit.request := pggit.open_request_row(request);
  ours bytea := decode(target, 'hex');
  theirs bytea := decode(source, 'hex');
  base bytea := (select c.tree from pggit.commit as c where c.hash = ours);
  outcome text := said ->> 'outcome';
  merged bytea;
  hash bytea;
  last pggit.request_revision;
begin
  if ours is distinct from (select r.commit from pggit.ref as r where r.name = 'heads/' || asked.target)
     or theirs is distinct from (select r.commit from pggit.ref as r where r.name = 'heads/' || asked.branch) then
    perform pggit.fail('PG006', format('%s or %s was moved meanwhile', asked.branch, asked.target), 'Run the command again.');
  end if;
  if outcome is null or outcome <> all (case when groups is null then array['conflicts', 'does not load'] else array['merged', 'fast-forward', 'findings'] end) then
    perform pggit.fail('PG002', format('a merge does not come to %s', coalesce(quote_literal(outcome), 'nothing')));
  end if;
  if not pggit.is_list_of(coalesce(said -> 'conflicts', '[]'), array['key', 'class']) or not pggit.is_list_of(coalesce(said -> 'findings', '[]'), array['rule', 'key', 'message'])
     or coalesce(jsonb_typeof(said -> 'plan'), 'null') not in ('null', 'object') or coalesce(said -> 'plan' -> 'statements', '[]') is distinct from '[]' and not pggit.is_list_of(said -> 'plan' -> 'statements', '{}')
     or exists (select from jsonb_path_query(said, 'strict $.conflicts[*].attributes', silent => true) as a where jsonb_typeof(a) <> 'array' or jsonb_path_exists(a, 'strict $[*] ? (@.type() != "string")')) then
    perform pggit.fail('PG002', 'that is not what a merge comes to');
  end if;
  if groups is not null then
    merged := pggit.put_groups(base, groups);
    perform pggit.require_root(merged, array[ours]);
    hash := pggit.change_hash(base, merged);
    if pggit.is_ancestor(ours, theirs) and hash <> pggit.change_hash(base, (select c.tree from pggit.commit as c where c.hash = theirs)) then
      perform pggit.fail('PG006', format('%s has all of %s, and merging them does not come to that', asked.branch, asked.target));
    end if;
    if outcome <> 'findings' then
      outcome := case when pggit.is_ancestor(ours, theirs) then 'fast-forward' else 'merged' end;
    end if;
  end if;
  select * into last from pggit.request_revision as v where v.request = asked.id order by v.revision desc limit 1;
  if last.source = theirs and last.target = ours and last.change_hash is not distinct from hash and last.outcome = outcome then
    return last.revision;
  end if;
  insert into pggit.request_revision (request, revision, source, target, outcome, change_hash, tree, changes, plan, hazards, conflicts, findings, refused)
  select asked.id, coalesce(last.revision, 0) + 1, theirs, ours, outcome, hash, merged,
    case when merged is not null then (
      select coalesce(jsonb_agg(jsonb_build_object('verb', x.change, 'group', x.group_key, 'key', x.key, 'old', x.old_definition, 'new', x.new_definition)
        order by x.group_key collate "C", x.key <> x.group_key, x.key collate "C"), '[]')
      from pggit.semantic_changes(base, merged) as x) end,
    nullif(said -> 'plan', 'null'),
    array(select distinct h.value ->> 'kind'
      from jsonb_array_elements(coalesce(said -> 'plan' -> 'statements', '[]')) as s cross join jsonb_array_elements(coalesce(s.value -> 'hazards', '[]')) as h
      order by 1),
    coalesce(said -> 'conflicts', '[]'), coalesce(said -> 'findings', '[]'), said ->> 'refused';
  update pggit.request as q set updated_at = clock_timestamp() where q.id = asked.id;
  return coalesce(last.revision, 0) + 1;
end $$;

-- The text that an approval signs: what is approved, and where.
create function pggit.approval_text(request bigint, revision integer, verdict text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select format(E'pggit approval 1\nrepository %s\nrequest %s\nsource %s\nchanges %s\nverdict %s\n',
    (with recursive back(hash, parent) as (
       select c.hash, c.parents[1] from pggit.commit as c where c.hash = v.target
       union all select c.hash, c.parents[1] from back as b join pggit.commit as c on c.hash = b.parent)
     select encode(b.hash, 'hex') from back as b where b.parent is null),
    v.request, encode(v.source, 'hex'), encode(v.change_hash, 'hex'), verdict)
  from pggit.request_revision as v where v.request = approval_text.request and v.revision = approval_text.revision
$$;

-- The roles that made what a request asks for: who opened it, who moved its branch to a commit that the target has not, who brought
-- such a commit into this database or put it on a ref here first, and who first said what merging the two comes to: the merged
-- tree is from that role's client. The role is null where it was not recorded, by an older engine.
create function pggit.request_makers(request bigint, target bytea, source bytea) returns table (role oid, who text)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with between as materialized (
    select c.hash from pggit.commits_between(array[request_makers.target], array[request_makers.source]) as c
  )
  select q.opened_role, q.opened_by from pggit.request as q where q.id = request_makers.request
  union
  select d.role, d.who from between as b join pggit.recorded as d on d.commit = b.hash
  union
  select m.role, m.who
  from pggit.request as q
  cross join lateral (
    select l.ref, l.role, l.who, row_number() over (partition by l.new order by l.id) as place
    from between as b join pggit.reflog as l on l.new = b.hash
    where not starts_with(l.ref, 'remotes/')) as m
  where q.id = request_makers.request and (m.place = 1 or m.ref = 'heads/' || q.branch)
  union
  select v.made_role, v.made_by
  from (
    select distinct on (x.change_hash) x.made_role, x.made_by
    from pggit.request_revision as x
    where x.request = request_makers.request and x.source = request_makers.source and x.change_hash is not null
    order by x.change_hash, x.revision) as v
$$;

-- The same by their names: those of now, or of then if the role is gone.
create function pggit.request_authors(request bigint, target bytea, source bytea) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select distinct coalesce(r.rolname::text, m.who)
  from pggit.request_makers(request_authors.request, request_authors.target, request_authors.source) as m left join pg_roles as r on r.oid = m.role
  order by 1
$$;

-- Whether a role can SET ROLE to another one by its memberships, or give itself one by which it can (ADMIN OPTION, which since 16 whoever
-- creates a role has of it). A superuser can be anybody, and so can CREATEROLE before 16: no rule of a database holds these.
create function pggit.can_become(role oid, other oid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with recursive up(role) as (
    select can_become.role
    union
    select m.roleid from up as u join pg_auth_members as m on m.member = u.role
    where m.set_option or m.admin_option  -- since 16
  )
  select exists (select from up as u where u.role = other)
$$;

-- Whether a role, with its name at that time, is one of the authors of a request; where the target demands independence, also
-- whether it can become one of them, or one of them it.
create function pggit.is_author(role oid, who text, request bigint, target bytea, source bytea, independent boolean) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select exists (
    select from pggit.request_makers(is_author.request, is_author.target, is_author.source) as a
    where a.role = is_author.role
      or (a.role is null or is_author.role is null) and a.who = is_author.who
      or coalesce(independent, false) and (pggit.can_become(is_author.role, a.role) or pggit.can_become(a.role, is_author.role)))
$$;

-- Approves the last revision of a request, or rejects it, if that has the hash that was seen (pggit.revision_hash; null: any); the
-- last verdict of a role is the one that stands. Returns its number.
create function pggit.review_request(request bigint, revision integer, verdict text, note text default null, signature text default null, public_key text default null,
  seen text default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  asked pggit.request := pggit.open_request_row(request);
  last pggit.request_revision;
  rule record;
  number bigint;
begin
  perform pggit.require_own_code();
  select * into last from pggit.request_revision as v where v.request = asked.id order by v.revision desc limit 1;
  if last.revision is distinct from review_request.revision
     or seen is not null and seen is distinct from encode(pggit.revision_hash(last.request, last.source, last.target, last.change_hash), 'hex')
     or not exists (select from pggit.ref as r where r.name = 'heads/' || asked.branch and r.commit = last.source) then
    perform pggit.fail('PG006', format('request %s is not what you saw any more', request), format('pggit request show %s shows what it is now.', request));
  end if;
  if verdict = 'approve' and last.change_hash is null then
    perform pggit.fail('PG006', format('request %s does not merge (%s): there is nothing to approve yet', request, last.outcome));
  end if;
  select * into rule from pggit.rule_of(asked.target);
  if verdict = 'approve' and rule.not_author
     and pggit.is_author(pggit.session_role(), session_user, asked.id, last.target, last.source, rule.independent) then
    perform pggit.fail('PG006', format('request %s is your own: somebody else must approve it', request), format('%s counts no approval of those who made what it asks for: %s.', asked.target,
      (select string_agg(n, ', ') from pggit.request_authors(asked.id, last.target, last.source) as n)));
  end if;
  number := 1 + coalesce((select max(a.id) from pggit.approval as a), 0);
  insert into pggit.approval (id, request, revision, source, change_hash, verdict, who, author, note, signature, public_key)
  values (number, asked.id, last.revision, last.source, last.change_hash, review_request.verdict, session_user, pggit.author(),
    pggit.clean_message(review_request.note), nullif(btrim(review_request.signature), ''), review_request.public_key);
  update pggit.request as q set updated_at = clock_timestamp() where q.id = asked.id;
  return number;
end $$;

-- Keeps the proof of a revision, as the client says it went: {proven, on, checks, not_exercised, notes}. A later one takes its place.
create function pggit.record_proof(request bigint, revision integer, proof jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  asked pggit.request := pggit.open_request_row(request);
begin
  perform pggit.require_own_code();
  if jsonb_typeof(proof -> 'proven') is distinct from 'boolean' or proof ? 'checks' and not pggit.is_list_of(proof -> 'checks', array['name', 'status', 'message']) then
    perform pggit.fail('PG002', 'that is not a proof');
  end if;
  update pggit.request_revision as v
  set proof = record_proof.proof, proven = (record_proof.proof ->> 'proven')::boolean, proved_at = clock_timestamp(), proved_by = session_user
  where v.request = asked.id and v.revision = record_proof.revision;
  if not found then
    perform pggit.fail('PG003', format('request %s has no revision %s', request, revision));
  end if;
  update pggit.request as q set updated_at = clock_timestamp() where q.id = asked.id;
end $$;

-- Closes a request without merging it.
create function pggit.close_request(request bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  asked pggit.request := pggit.open_request_row(request);
begin
  perform pggit.require_own_code();
  update pggit.request as q set state = 'closed', updated_at = clock_timestamp(), ended_at = clock_timestamp(), ended_by = session_user where q.id = asked.id;
end $$;

-- The last verdict of each role on a request, and whether it counts for what is to be merged: the source commit is the same and so
-- are the changes; the role may still approve; where the branch demands it, it is signed, not by an author, and not by a role
-- that can become another one whose approval counts, or the other way round. A role is its oid; a name may be another's later.
create function pggit.verdicts(request bigint, target bytea, source bytea, change_hash bytea)
returns table (id bigint, who text, verdict text, is_stale boolean, counts boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with recursive
  last as materialized (
    select a.id, a.role, a.who, a.verdict, s.stale, coalesce(r.independent, false) as independent,
      a.verdict = 'approve' and not s.stale
        and (a.signature is not null or not coalesce(r.signed, false))
        and exists (select from pg_roles as g where g.oid = a.role)
        and has_function_privilege(a.role, 'pggit.review_request(bigint,integer,text,text,text,text,text)', 'execute')
        and not (coalesce(r.not_author, false) and pggit.is_author(a.role, a.who, q.id, verdicts.target, verdicts.source, r.independent)) as is_good
    from pggit.request as q
    join (
      select distinct on (coalesce(x.role::text, x.who)) x.*
      from pggit.approval as x where x.request = verdicts.request order by coalesce(x.role::text, x.who), x.id desc) as a on a.request = q.id
    cross join lateral (
      select a.source <> verdicts.source or verdicts.change_hash is null or a.change_hash is distinct from verdicts.change_hash as stale) as s
    left join pggit.rule_of(q.target) as r on true
    where q.id = verdicts.request
  ),
  -- of roles that can become one another, by way of others too, the first approval counts
  same(id, first) as (
    select l.id, l.id from last as l where l.is_good and l.independent
    union
    select l.id, s.first
    from same as s join last as o on o.id = s.id
    join last as l on l.is_good and l.id <> o.id and (pggit.can_become(l.role, o.role) or pggit.can_become(o.role, l.role))
  )
  select l.id, l.who, l.verdict, l.stale, l.is_good and not exists (select from same as s where s.id = l.id and s.first < l.id)
  from last as l order by l.id
$$;

-- What keeps a request from being merged, of what protects its target: which demand (approvals, rejected, proof), and that in words.
create function pggit.obstacles(request bigint, target bytea, source bytea, change_hash bytea) returns table (demand text, told text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  asked pggit.request;
  rule record;
  counted bigint;
  stale text;
begin
  select * into asked from pggit.request as q where q.id = obstacles.request;
  select * into rule from pggit.rule_of(asked.target);
  if rule.patterns is null then
    return;
  end if;
  select count(*) filter (where v.counts), string_agg(v.who, ', ' order by v.who) filter (where v.verdict = 'approve' and v.is_stale) into counted, stale
  from pggit.verdicts(asked.id, obstacles.target, source, obstacles.change_hash) as v;
  if counted < rule.approvals then
    return query select 'approvals', format('it has %s of %s %sapprovals', counted, rule.approvals, case when rule.signed then 'signed ' else '' end)
      || coalesce(' (stale: by ' || stale || ')', '');
  end if;
  return query select 'rejected', v.who || ' rejected it' from pggit.verdicts(asked.id, obstacles.target, source, obstacles.change_hash) as v
    where v.verdict = 'reject' and not v.is_stale;
  if rule.proof and not exists (
    select from pggit.request_revision as v
    where v.request = asked.id and v.proven and v.target = obstacles.target and v.source = obstacles.source and v.change_hash = obstacles.change_hash) then
    return query select 'proof', format('it is not proven on %s as that is now', asked.target);
  end if;
end $$;

-- Refuses to move a protected branch from one commit to another, unless that is the merge of a request of which nothing is wanting:
-- the new commit changes in the tree of the old one exactly what was approved.
create function pggit.require_request(branch text, old_commit bytea, new_commit bytea) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  merged bytea;
  hash bytea;
  number bigint;
  wanting text;
begin
  if not exists (select from pggit.rule_of(branch)) then
    return;
  end if;
  select c.parents[2], pggit.change_hash(o.tree, c.tree) into merged, hash
  from pggit.commit as c join pggit.commit as o on o.hash = old_commit
  where c.hash = new_commit and c.parents = array[old_commit, c.parents[2]];
  select q.id, w.wanting into number, wanting
  from pggit.request as q
  cross join lateral (select string_agg(o.told, '; ') as wanting from pggit.obstacles(q.id, old_commit, merged, hash) as o) as w
  where q.state = 'open' and q.target = require_request.branch and merged = (
    select v.source from pggit.request_revision as v where v.request = q.id order by v.revision desc limit 1)
  order by w.wanting is not null, q.id limit 1;
  if number is null then
    perform pggit.require_direct(branch);
  end if;
  if wanting is not null then
    perform pggit.fail('PG006', format('request %s may not be merged into %s: %s', number, branch, wanting), format('pggit request show %s tells more.', number));
  end if;
end $$;

-- Refuses to make a branch that is protected from the beginning, by its pattern, of what nobody approved: it begins at a commit that
-- a protected branch has, or is made by a role that may change what protects it.
create function pggit.require_protected_start(branch text, commit bytea) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  if not exists (select from pggit.rule_of(branch))
     or has_function_privilege(session_user, 'pggit.protect(text,integer,boolean,boolean,boolean,boolean)', 'execute')
     or exists (
       select from pggit.ref as r cross join lateral pggit.rule_of(substr(r.name, 7)) as p
       where starts_with(r.name, 'heads/') and r.name <> 'heads/' || branch and pggit.is_ancestor(require_protected_start.commit, r.commit)) then
    return;
  end if;
  perform pggit.fail('PG006', format('branch %s is protected: it begins at a commit that another protected branch has', branch),
    'An admin can make it at any commit.');
end $$;

-- Keeps protected branches where they are, but for merges of requests; and notes what was merged.
create function pggit.guard_branch() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  moving text := substr(old.name, 7);
begin
  if tg_op = 'DELETE' or new.name <> old.name then
    if exists (select from pggit.rule_of(moving)) then
      perform pggit.fail('PG006', format('branch %s is protected: it cannot be %s', moving, case tg_op when 'DELETE' then 'deleted' else 'renamed' end),
        format('pggit unprotect takes that off; pggit protect lists what protects it.'));
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if new.name <> old.name then
    perform pggit.require_protected_start(substr(new.name, 7), new.commit);
    update pggit.request as q set branch = substr(new.name, 7) where q.state = 'open' and q.branch = moving;
    update pggit.request as q set target = substr(new.name, 7) where q.state = 'open' and q.target = moving;
  end if;
  if new.commit is distinct from old.commit then
    if old.commit is not null then
      perform pggit.require_request(moving, old.commit, new.commit);
    end if;
    update pggit.request as q
    set state = 'merged', commit = new.commit, updated_at = clock_timestamp(), ended_at = clock_timestamp(), ended_by = session_user
    from (select distinct on (x.request) x.request, x.source from pggit.request_revision as x order by x.request, x.revision desc) as v
    where q.state = 'open' and q.target = moving and v.request = q.id
      and (v.source = (select c.parents[2] from pggit.commit as c where c.hash = new.commit)
        or pggit.is_ancestor((select r.commit from pggit.ref as r where r.name = 'heads/' || q.branch), new.commit));
  end if;
  return new;
end $$;

create trigger guard_branch before update or delete on pggit.ref
for each row when (starts_with(old.name, 'heads/')) execute function pggit.guard_branch();

-- Where a branch is made.
create function pggit.guard_new_branch() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
begin
  if not exists (select from pggit.ref as r where r.name = new.name) then  -- else it moves, and the other trigger looks
    perform pggit.require_protected_start(substr(new.name, 7), new.commit);
  end if;
  return new;
end $$;

create trigger guard_new_branch before insert on pggit.ref
for each row when (starts_with(new.name, 'heads/')) execute function pggit.guard_new_branch();

-- Refuses to make a tag of the name of a branch, or a branch of the name of a tag: whoever may make one of them would
-- decide what the name stands for.
create function pggit.guard_new_name() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  bare text := regexp_replace(new.name, '^(heads|tags)/', '');
  other text := case when starts_with(new.name, 'heads/') then 'tag' else 'branch' end;
begin
  if exists (select from pggit.ref as r where r.name = case other when 'tag' then 'tags/' else 'heads/' end || bare)
     and not exists (select from pggit.ref as r where r.name = new.name) then  -- one of an older store moves on
    perform pggit.fail('PG006', format('a %s named %s exists', other, bare), 'A name that stands for both would be ambiguous.');
  end if;
  return new;
end $$;

create trigger guard_new_name before insert or update of name on pggit.ref
for each row when (new.name ~ '^(heads|tags)/') execute function pggit.guard_new_name();

-- Requests for people: what they are now.
create view pggit.requests as
select q.id, q.state, q.branch, q.target, q.title, q.opened_by, q.opened_at, v.revision, encode(v.source, 'hex') as source, encode(v.target, 'hex') as onto,
  v.outcome, v.hazards, v.proven,
  (select count(*) from pggit.verdicts(q.id, v.target, v.source, v.change_hash) as x where x.counts) as approvals,
  coalesce((select r.approvals from pggit.rule_of(q.target) as r), 0) as needed, encode(q.commit, 'hex') as commit, q.ended_at, q.ended_by
from pggit.request as q
left join lateral (select * from pggit.request_revision as x where x.request = q.id order by x.revision desc limit 1) as v on true;
