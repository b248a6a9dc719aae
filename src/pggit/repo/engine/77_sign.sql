-- Signatures, and what tags say. Who signs and who checks has keys; here it is only kept.

-- Keeps signatures of commits, and of tags that stand at them (tag is empty for a commit). What is here is left as it is.
-- Returns how many were new.
create function pggit.put_signatures(commits bytea[], tags text[], signers text[], armored text[], times timestamptz[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  added bigint;
begin
  perform pggit.lock_repository();
  perform pggit.require_form('signature of', g.commit, 'it is not an SSH signature by its key')
  from unnest(commits, signers, put_signatures.armored) as g(commit, signer, armored)
  where not pggit.is_signature(g.armored, g.signer, 'pggit');
  perform pggit.require_form('signature of', g.commit, 'its time is not between the years 1 and 9999')
  from unnest(commits, times) as g(commit, signed_at)
  where g.signed_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00' is not true;
  insert into pggit.signature (hash, commit, tag, signer, armored, signed_at)
  select sha256(g.commit || convert_to(format(E'%s\n%s', g.tag, g.armored), 'UTF8')), g.commit, g.tag, g.signer, g.armored, g.signed_at
  from unnest(commits, tags, signers, put_signatures.armored, times) as g(commit, tag, signer, armored, signed_at)
  where exists (select from pggit.commit as c where c.hash = g.commit)
    and (g.tag = '' or exists (select from pggit.ref as r where r.name = 'tags/' || g.tag and r.commit = g.commit))
  on conflict do nothing;
  get diagnostics added = row_count;
  return added;
end $$;

-- Says of a tag that came from another repository what it says there. What a tag says here stays: it may be signed.
create function pggit.annotate_tag(name text, target bytea, message text, tagger text, tagged_at timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select pggit.note_change('tags/' || name, 'tag: annotated', r.commit)
  from pggit.ref as r where r.name = 'tags/' || annotate_tag.name and r.commit = annotate_tag.target;
  update pggit.ref as r set message = annotate_tag.message, tagger = annotate_tag.tagger, updated_at = annotate_tag.tagged_at
  where r.name = 'tags/' || annotate_tag.name and r.commit = annotate_tag.target and r.message is null
    and octet_length(annotate_tag.message) <= 1048576 and coalesce(octet_length(annotate_tag.tagger), 0) <= 4096
    and annotate_tag.tagged_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00'
$$;
