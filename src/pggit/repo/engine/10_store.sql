-- The store. Content (blob, tree, commit, statement) is addressed by hash and only appended. What user transactions
-- append to (capture, reading) has no unique key, so that they never wait for one another.

create table pggit.blob (
  hash bytea primary key,
  meaning bytea not null,       -- semantic hash: without the keys that begin with _
  definition jsonb not null,
  constraint blob_depth check (not jsonb_path_exists(definition, 'strict $.**{32}'))
);
comment on table pggit.blob is 'Definitions of objects under the SHA-256 of their canonical text';

-- A trie of fixed fan-out: root (bucket -> tree), 256 buckets (group -> tree), groups (object -> blob).
create table pggit.tree (
  hash bytea primary key,
  meaning bytea not null,
  entries jsonb not null
);
comment on table pggit.tree is 'Nodes of the Merkle trie: names and the hashes of what they name';

create table pggit.commit (
  hash bytea primary key,
  tree bytea not null,
  parents bytea[] not null,
  author text not null,
  authored_at timestamptz not null,
  message text not null,
  generation integer not null,  -- 1 + the greatest of the parents': ancestors have smaller ones
  constraint commit_parents check (pggit.is_parents(parents))
);

-- Who brought each commit into this database, by recording it here, by push or by fetch. A row a commit, by a trigger.
create table pggit.recorded (
  commit bytea primary key,
  role oid not null default pggit.session_role(),
  who text not null default session_user,
  at timestamptz not null default clock_timestamp()
);
comment on table pggit.recorded is 'The role that brought each commit into this database; it counts as an author when requests are approved';

create table pggit.commit_change (
  commit bytea not null,
  group_key text not null,
  key text not null,
  old bytea,
  new bytea
);
create index commit_change_key on pggit.commit_change (key);
create index commit_change_commit on pggit.commit_change (commit);
alter table pggit.commit_change replica identity full;
comment on table pggit.commit_change is 'What each commit changed against its first parent, exact hashes; derived, for log, blame and history';

create table pggit.ref (
  name text not null,           -- HEAD, heads/main, tags/v1
  commit bytea,                 -- null for HEAD and for a branch without a commit
  target text,                  -- HEAD: the branch that it stands for
  message text,                 -- of an annotated tag
  updated_at timestamptz not null default clock_timestamp(),
  tagger text,                  -- of an annotated tag: who made it
  primary key (name),
  constraint ref_name check (pggit.is_ref(name)),
  constraint ref_target check (target is null or name = 'HEAD' and starts_with(target, 'heads/') and pggit.is_ref(target))
);

-- Signatures as OpenSSH writes them. The database has no keys: whether they are good, whoever reads them finds out.
create table pggit.signature (
  hash bytea primary key,       -- SHA-256 of commit, tag and armored: tells what another repository has not
  commit bytea not null,        -- what is signed, or what the signed tag stands at
  tag text not null,            -- name of the signed tag; empty where the commit is signed
  signer text not null,         -- public key, as OpenSSH writes it
  armored text not null,
  signed_at timestamptz not null  -- signed as well
);
create index signature_commit on pggit.signature (commit);

create table pggit.reflog (
  id bigint not null,
  ref text not null,
  old bytea,
  new bytea,
  at timestamptz not null default clock_timestamp(),
  who text not null default session_user,
  message text not null,
  role oid default pggit.session_role(),
  written text,                 -- name of the ref when the entry was written, if the branch was renamed since
  renamed text,                 -- of the entry that says that a branch was renamed: its full name before
  primary key (id)
);

-- At most one row: a rebase that stopped at a conflict.
create table pggit.sequence (
  singleton boolean primary key default true check (singleton),
  branch text not null,
  original bytea not null,      -- where the branch is until it is done
  onto text not null,           -- as the user wrote it
  tip bytea not null,           -- what the next commit is put on
  todo bytea[] not null,        -- the commit that stopped it, and those after it
  conflicts text[] not null,
  at timestamptz not null default clock_timestamp(),
  who text not null default session_user
);

-- One row: what the working set was when it was last looked at.
create table pggit.repository (
  singleton boolean primary key default true check (singleton),
  identity uuid not null default gen_random_uuid(),  -- stays with the history: through dumps, restores, copies and upgrades
  tracked_by text not null check (tracked_by in ('triggers', 'snapshots')),
  root bytea,                   -- tree of the working set, but for the buckets in stale
  stale smallint[] not null default '{}',
  database oid not null,
  system_identifier bigint,
  server_version integer not null,
  paused_until timestamptz,
  full_read boolean not null default false,  -- a gap was recorded: the next status reads everything
  change_id bigint not null default 0,
  reflog_id bigint not null default 0
);

create table pggit.setting (
  name text not null,
  value text not null,
  primary key (name)
);

-- The working set by group, found by catalog address.
create table pggit.working (
  catalog oid not null,
  address oid not null,
  key text not null,
  bucket smallint not null,
  tree bytea not null,
  meaning bytea not null,
  parts oid[] not null,         -- own addresses of the objects in the group: a dropped index finds its table
  parents oid[] not null,       -- tables that it inherits from or is a partition of
  version bigint,               -- sum over the catalog rows' xmin when last compared; null: compare anew
  primary key (catalog, address)
);
create index working_key on pggit.working (key);
create index working_bucket on pggit.working (bucket);
create index working_parts on pggit.working using gin (parts) with (fastupdate = off);
create index working_parents on pggit.working using gin (parents) with (fastupdate = off);

-- What the event triggers append, a row a statement. Folding empties it.
create sequence pggit.capture_id;
create table pggit.capture (
  id bigint not null default nextval('pggit.capture_id'),
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  session_user_name text not null default session_user,
  current_user_name text,
  application text,
  client inet,
  tag text,
  catalogs oid[] not null,      -- with objids: addresses that were touched
  objids oid[] not null,
  dropped_catalogs oid[] not null,
  dropped_objids oid[] not null,
  grants text[] not null,       -- object types of GRANT and REVOKE, which name no object
  query_hash bytea,
  query text,                   -- redacted; only in the first row of the transaction that has it
  error text,
  first boolean not null
);
create index capture_xid on pggit.capture (xid);
alter table pggit.capture replica identity full;

-- Seals what capture notes in a setting; nobody but the owner reads it.
create table pggit.note_key (
  key uuid not null
);

-- Definitions read at the end of the transaction, a row a group.
create table pggit.reading (
  id bigint not null default nextval('pggit.capture_id'),
  xid xid8 not null default pg_current_xact_id(),
  snapshot pg_snapshot not null,
  catalog oid not null,
  address oid not null,
  key text,                     -- null: the group is no more, or not tracked
  objects jsonb,
  parts oid[],
  parents oid[]
);
create index reading_xid on pggit.reading (xid);
alter table pggit.reading replica identity full;

-- What folding made of it.
create table pggit.transaction (
  xid xid8 not null,
  snapshot pg_snapshot,
  at timestamptz not null,
  session_user_name text not null,
  current_user_name text,
  application text,
  client inet,
  cause text not null,          -- ddl, drift, server upgrade, restore, gap
  id bigint not null generated by default as identity -- in the order in which they were folded
);
create index transaction_xid on pggit.transaction (xid);
alter table pggit.transaction replica identity full;

create table pggit.change (
  id bigint not null,
  xid xid8 not null,
  at timestamptz not null,
  tag text,
  key text not null,
  old bytea,
  new bytea,
  statement bytea,
  commit bytea,                 -- the commit that took it in
  current_user_name text,       -- where it is not that of the transaction
  primary key (id)
);
create index change_key on pggit.change (key);
create index change_open on pggit.change (id) where commit is null;

create table pggit.statement (
  hash bytea primary key,
  text text not null
);

create table pggit.performance_metrics (
  metric_type text not null,    -- ddl_tracking_ms, version_query_ms
  metric_value double precision not null,
  recorded_at timestamptz not null default clock_timestamp()
);
alter table pggit.performance_metrics replica identity full;

create table pggit.access (
  role name primary key,        -- its name when it was given access
  role_oid oid not null,       -- which tells a renamed role from another one of the same name
  level text not null check (level in ('reader', 'auditor', 'writer', 'admin')),
  given_at timestamptz not null default clock_timestamp(),
  given_by text not null default session_user
);

-- Merges that stopped at conflicts, and how each conflict was resolved, by whom and why. One merge at most is open.
create table pggit.merges (
  id bigint primary key,
  ours bytea not null,
  theirs bytea not null,
  name text not null,           -- what was merged, as the user called it
  message text not null,        -- of the commit to make
  state text not null check (state in ('open', 'done', 'aborted')),
  started_at timestamptz not null default clock_timestamp(),
  started_by text not null,
  ended_at timestamptz,
  ended_by text,
  commit bytea
);

create table pggit.conflicts (
  merge bigint not null,
  key text not null,
  group_key text not null,
  class text not null,          -- both changed, changed and dropped, both added, renamed apart, onto one name; or why PostgreSQL refuses both
  attributes text[] not null,   -- keys of the definition that both changed; none where it is about the whole object
  base jsonb,
  ours jsonb,
  theirs jsonb,
  together jsonb not null default '[]', -- [group, key] of the objects that one choice decides, where it is about several
  message text not null default '',
  choice text check (choice in ('ours', 'theirs', 'base', 'sql')),
  objects jsonb,                -- choice sql: definitions by group and key, null where there shall be no such object
  reason text,
  resolved_at timestamptz,
  resolved_by text,
  primary key (merge, key)
);

-- What protects branches: they move only by merging a request that has what is demanded here.
create table pggit.protection (
  pattern text primary key,     -- a branch, or a pattern in which * stands for anything
  approvals integer not null default 0 check (approvals >= 0),
  proof boolean not null default false,
  signed boolean not null default false,
  not_author boolean not null default false,
  independent boolean not null default false,
  set_at timestamptz not null default clock_timestamp(),
  set_by text not null default session_user
);
comment on table pggit.protection is 'Protected branches: what a request must have to be merged into them';
comment on column pggit.protection.approvals is 'How many roles must have approved it';
comment on column pggit.protection.proof is 'Whether its plan must be proven for the branch as it is now';
comment on column pggit.protection.signed is 'Whether only signed approvals count';
comment on column pggit.protection.not_author is 'Whether approvals of those who made it do not count';
comment on column pggit.protection.independent is 'Whether roles of which one can SET ROLE to the other are one approver, or one author';

create table pggit.request (
  id bigint primary key,
  branch text not null,
  target text not null,
  title text not null,
  body text not null,
  state text not null check (state in ('open', 'merged', 'closed')),
  opened_at timestamptz not null default clock_timestamp(),
  opened_by text not null,      -- the role
  author text not null,         -- as that role calls itself
  updated_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  ended_by text,
  commit bytea,                 -- where the target went
  opened_role oid default pggit.session_role()
);
comment on table pggit.request is 'Requests to merge a branch into another one';

-- A row each time the branch or its target was somewhere else when it was looked at.
create table pggit.request_revision (
  request bigint not null,
  revision integer not null,
  source bytea not null,
  target bytea not null,
  outcome text not null,
  change_hash bytea,
  changes jsonb,
  plan jsonb,
  hazards text[] not null,
  conflicts jsonb not null,
  findings jsonb not null,
  refused text,
  proof jsonb,
  proven boolean not null default false,
  proved_at timestamptz,
  proved_by text,
  made_at timestamptz not null default clock_timestamp(),
  made_by text not null default session_user,
  made_role oid default pggit.session_role(),
  tree bytea,                   -- of the merge
  primary key (request, revision)
);
comment on table pggit.request_revision is 'What merging a request came to, each time its branch or the target had moved';
comment on column pggit.request_revision.source is 'The commit of the branch';
comment on column pggit.request_revision.target is 'The commit of the target';
comment on column pggit.request_revision.outcome is 'merged, fast-forward, conflicts, does not load, findings';
comment on column pggit.request_revision.change_hash is 'What approvals are for, with source: the hash of groups, keys and definitions that the merge changes in the target';
comment on column pggit.request_revision.changes is 'The objects that the merge changes in the target, with definitions before and after';
comment on column pggit.request_revision.tree is 'The tree of the merge: approvals are for what it changes in the target';
comment on column pggit.request_revision.plan is 'The statements from the target to the merge, as the file of a plan; as the client of made_by says';
comment on column pggit.request_revision.proof is 'How the proof of the plan went';

create table pggit.approval (
  id bigint primary key,
  request bigint not null,
  revision integer not null,
  source bytea not null,
  change_hash bytea,
  verdict text not null check (verdict in ('approve', 'reject')),
  who text not null,
  author text not null,
  at timestamptz not null default clock_timestamp(),
  note text,
  signature text,
  public_key text,
  role oid default pggit.session_role()
);
comment on table pggit.approval is 'Verdicts on requests; of each role the last one stands';
comment on column pggit.approval.who is 'The role of the session, by its name at that time';
comment on column pggit.approval.role is 'The role of the session: by it approvers are told apart';
comment on column pggit.approval.author is 'As that role calls itself';
comment on column pggit.approval.signature is 'Of what pggit.approval_text returns, by public_key';

-- Keys of advisory locks. Anybody who can connect can hold such a lock; the one that counts has the key that is here, and
-- gets another one if somebody without access holds it (pggit.renew_lock).
create table pggit.lock (
  name text primary key,
  key bigint not null
);

-- What schema pggit_stash keeps: a relation counts only with its row here.
create table pggit.stash (
  name text primary key,        -- of the relation, kept_N
  about jsonb not null,         -- what it was
  kept_at timestamptz not null default clock_timestamp()
);

-- What an upgrade took out of the store, or renamed, because no store may hold it.
create table pggit.set_aside (
  at timestamptz not null default transaction_timestamp(),
  kind text not null,           -- commit, definition, ref, signature
  name text not null,           -- hash, or full name of the ref
  message text not null,
  content jsonb
);
comment on table pggit.set_aside is 'What an upgrade removed from the store or renamed there, and why';
alter table pggit.set_aside replica identity full;

create table pggit.upgrade_log (
  version integer not null,
  action text not null,         -- install, upgrade
  at timestamptz not null default clock_timestamp(),
  who text not null default session_user
);
alter table pggit.upgrade_log replica identity full;

-- A publication FOR ALL TABLES carries these tables along. A subscriber that tracks itself must not take the
-- publisher's rows for its own, so what an apply worker brings is left out.
create function pggit.leave_out_replicated() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from pg_stat_get_activity(pg_backend_pid()) as a where a.backend_type like 'logical replication%') then
    return null;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

do $$
declare
  relation regclass;
begin
  for relation in select c.oid from pg_class as c where c.relnamespace = 'pggit'::regnamespace and c.relkind = 'r' loop
    execute format('create trigger leave_out_replicated before insert or update or delete on %s
      for each row execute function pggit.leave_out_replicated()', relation);
    execute format('alter table %s enable replica trigger leave_out_replicated', relation);
  end loop;
end $$;
