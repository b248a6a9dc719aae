create schema pggit;
comment on schema pggit is 'pgGit: version control for this database';
revoke all on schema pggit from public;
