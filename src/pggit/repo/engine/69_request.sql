-- Protected branches, and requests to merge into them: what they would change, who approved that, whether it was proven.
-- A protected branch moves only to the merge of a request. The trigger at the end says so of every way a ref can move.

-- Whether a branch is meant by a name, or by a pattern in which * stands for anything.
create function pggit.is_meant(branch text, pattern text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select branch like replace(replace(replace(replace(pattern, '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') escape '!' $$;

-- What protects a branch: of all patterns that mean it the strictest. No row where it is not protected.
create function pggit.rule_of(branch text) returns table (patterns text[], approvals integer, proof boolean, signed boolean, not_author boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select array_agg(p.pattern order by p.pattern), max(p.approvals), bool_or(p.proof), bool_or(p.signed), bool_or(p.not_author)
  from pggit.protection as p where pggit.is_meant(branch, p.pattern)
  having count(*) > 0
$$;

-- Protects a branch, or all that a pattern means; what it said before is replaced.
create function pggit.protect(pattern text, approvals integer default 0, proof boolean default false, signed boolean default false, not_author boolean default false) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pggit.check_ref_name(replace(pattern, '*', 'x'));
  if approvals is null or approvals < 0 then
    perform pggit.fail('PG002', format('%s approvals cannot be needed', coalesce(approvals::text, 'null')));
  end if;
  if approvals = 0 and (signed or not_author) then
    perform pggit.fail('PG002', format('%s says which approvals count, and none is needed', case when signed then 'signed' else 'not-author' end), 'Give the number of approvals, too.');
  end if;
  perform from pggit.repository for update;
  if strpos(pattern, '*') = 0 and not exists (select from pggit.ref as r where r.name = 'heads/' || pattern) then
    perform pggit.fail('PG003', format('there is no branch %s', pattern), 'A pattern with * protects branches to come.');
  end if;
  insert into pggit.protection as p (pattern, approvals, proof, signed, not_author)
  values (protect.pattern, protect.approvals, protect.proof, protect.signed, protect.not_author)
  on conflict on constraint protection_pkey do update set approvals = excluded.approvals, proof = excluded.proof, signed = excluded.signed,
    not_author = excluded.not_author, set_at = excluded.set_at, set_by = excluded.set_by;
  perform pggit.note_protection(pattern, 'protect: ' || concat_ws(', ', approvals || case approvals when 1 then ' approval' else ' approvals' end, case when proof then 'proof' end,
    case when signed then 'signed' end, case when not_author then 'not by authors' end));
end $$;

-- Takes off what was said of a branch or pattern.
create function pggit.unprotect(pattern text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from pggit.repository for update;
  delete from pggit.protection as p where p.pattern = unprotect.pattern;
  if not found then
    perform pggit.fail('PG003', format('nothing protects %s', pattern), 'pggit protect lists what is protected.');
  end if;
  perform pggit.note_protection(pattern, 'protect: off');
end $$;

-- Keeps in the reflog who changed what protects a branch.
create function pggit.note_protection(pattern text, message text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  insert into pggit.reflog (id, ref, message)
  select r.reflog_id + 1, 'protection/' || pattern, note_protection.message from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
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

-- What two trees differ in, as one hash: of each object its key and what it means before and after. It stays the same where the
-- target of a merge moves on elsewhere.
create function pggit.change_hash(a bytea, b bytea) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
  select pggit.digest(coalesce(jsonb_agg(jsonb_build_array(d.key, encode(old.meaning, 'hex'), encode(new.meaning, 'hex')) order by d.key collate "C"), '[]'))
  from pggit.diff_trees(a, b) as d
  left join pggit.blob as old on old.hash = d.old
  left join pggit.blob as new on new.hash = d.new
  where old.meaning is distinct from new.meaning
$$;

-- A request that is open, with the lock on it.
create function pggit.open_request_row(request bigint) returns pggit.request
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  asked pggit.request;
begin
  perform from pggit.repository for update;
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
  perform from pggit.repository for update;
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
-- rest, {outcome, plan, conflicts, findings, refused}, is as the client says; the changes are worked out here. Returns the
-- revision's number; the last one's where it is of the same commits and came to the same.
create function pggit.put_revision(request bigint, target text, source text, groups jsonb, said jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  asked pggit.request := pggit.open_request_row(request);
  base bytea := (select c.tree from pggit.commit as c where c.hash = decode(target, 'hex'));
  merged bytea;
  hash bytea;
  last pggit.request_revision;
begin
  if groups is not null then
    merged := pggit.put_groups(base, groups);
    hash := pggit.change_hash(base, merged);
  end if;
  select * into last from pggit.request_revision as v where v.request = asked.id order by v.revision desc limit 1;
  if last.source = decode(put_revision.source, 'hex') and last.target = decode(put_revision.target, 'hex')
     and last.change_hash is not distinct from hash and last.outcome = said ->> 'outcome' then
    return last.revision;
  end if;
  insert into pggit.request_revision (request, revision, source, target, outcome, change_hash, changes, plan, hazards, conflicts, findings, refused)
  select asked.id, coalesce(last.revision, 0) + 1, decode(put_revision.source, 'hex'), decode(put_revision.target, 'hex'), said ->> 'outcome', hash,
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

-- The roles that made what a request asks for: who opened it, who moved its branch to a commit that the target has not, and who first put
-- such a commit on any ref of this repository.
create function pggit.request_authors(request bigint, target bytea, source bytea) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select q.opened_by from pggit.request as q where q.id = request_authors.request
  union
  select m.who
  from pggit.request as q
  cross join lateral (
    select l.ref, l.who, row_number() over (partition by l.new order by l.id) as place
    from pggit.commits_between(array[request_authors.target], array[request_authors.source]) as c join pggit.reflog as l on l.new = c.hash
    where not starts_with(l.ref, 'remotes/')) as m
  where q.id = request_authors.request and (m.place = 1 or m.ref = 'heads/' || q.branch)
$$;

-- Approves the last revision of a request, or rejects it; the last verdict of a role is the one that stands. Returns its number.
create function pggit.review_request(request bigint, revision integer, verdict text, note text default null, signature text default null, public_key text default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  asked pggit.request := pggit.open_request_row(request);
  last pggit.request_revision;
  number bigint;
begin
  select * into last from pggit.request_revision as v where v.request = asked.id order by v.revision desc limit 1;
  if last.revision is distinct from review_request.revision
     or not exists (select from pggit.ref as r where r.name = 'heads/' || asked.branch and r.commit = last.source) then
    perform pggit.fail('PG006', format('request %s is not what you saw any more', request), format('pggit request show %s shows what it is now.', request));
  end if;
  if verdict = 'approve' and last.change_hash is null then
    perform pggit.fail('PG006', format('request %s does not merge (%s): there is nothing to approve yet', request, last.outcome));
  end if;
  if verdict = 'approve' and session_user in (select * from pggit.request_authors(asked.id, last.target, last.source))
     and (select r.not_author from pggit.rule_of(asked.target) as r) then
    perform pggit.fail('PG006', format('request %s is your own: somebody else must approve it', request), format('%s counts no approval of those who made what it asks for.', asked.target));
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
  update pggit.request as q set state = 'closed', updated_at = clock_timestamp(), ended_at = clock_timestamp(), ended_by = session_user where q.id = asked.id;
end $$;

-- The last verdict of each role on a request, and whether it counts for what is to be merged: the source commit is the same and so
-- are the changes; where the branch demands it, it is signed, and not by an author.
create function pggit.verdicts(request bigint, target bytea, source bytea, change_hash bytea)
returns table (id bigint, who text, verdict text, is_stale boolean, counts boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select a.id, a.who, a.verdict, s.stale,
    a.verdict = 'approve' and not s.stale
      and (a.signature is not null or not coalesce(r.signed, false))
      and (not coalesce(r.not_author, false) or a.who not in (select * from pggit.request_authors(q.id, verdicts.target, verdicts.source)))
  from pggit.request as q
  join (select distinct on (x.who) x.* from pggit.approval as x where x.request = verdicts.request order by x.who, x.id desc) as a on a.request = q.id
  cross join lateral (
    select a.source <> verdicts.source or verdicts.change_hash is null or a.change_hash is distinct from verdicts.change_hash as stale) as s
  left join pggit.rule_of(q.target) as r on true
  where q.id = verdicts.request
  order by a.id
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

-- Refuses to move a protected branch from one commit to another, unless that is the merge of a request of which nothing is wanting.
create function pggit.require_request(branch text, old_commit bytea, new_commit bytea) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  merged bytea;
  number bigint;
  wanting text;
begin
  if not exists (select from pggit.rule_of(branch)) then
    return;
  end if;
  select c.parents[2] into merged from pggit.commit as c where c.hash = new_commit and c.parents = array[old_commit, c.parents[2]];
  select q.id into number from pggit.request as q
  where q.state = 'open' and q.target = require_request.branch and merged = (
    select v.source from pggit.request_revision as v where v.request = q.id order by v.revision desc limit 1);
  if number is null then
    perform pggit.require_direct(branch);
  end if;
  select string_agg(o.told, '; ') into wanting
  from pggit.obstacles(number, old_commit, merged, pggit.change_hash(
    (select c.tree from pggit.commit as c where c.hash = old_commit), (select c.tree from pggit.commit as c where c.hash = new_commit))) as o;
  if wanting is not null then
    perform pggit.fail('PG006', format('request %s may not be merged into %s: %s', number, branch, wanting), format('pggit request show %s tells more.', number));
  end if;
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

-- Requests for people: what they are now.
create view pggit.requests as
select q.id, q.state, q.branch, q.target, q.title, q.opened_by, q.opened_at, v.revision, encode(v.source, 'hex') as source, encode(v.target, 'hex') as onto,
  v.outcome, v.hazards, v.proven,
  (select count(*) from pggit.verdicts(q.id, v.target, v.source, v.change_hash) as x where x.counts) as approvals,
  coalesce((select r.approvals from pggit.rule_of(q.target) as r), 0) as needed, encode(q.commit, 'hex') as commit, q.ended_at, q.ended_by
from pggit.request as q
left join lateral (select * from pggit.request_revision as x where x.request = q.id order by x.revision desc limit 1) as v on true;
