#!/usr/bin/env bash
# What pgGit does, in a minute: `make demo`. Works in a directory of its own, which goes when it ends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(mktemp -d "${TMPDIR:-/tmp}/pggit-demo.XXXXXX")
chmod 755 "$project"
cd "$project"
touch .pggit.toml # marks the project, whatever is in the directories above
unset PGGIT_DB PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGSERVICE || true
trap 'pggit server stop >/dev/null 2>&1 || true; cd /; rm -rf "$project"' EXIT

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1;36m') plain=$(printf '\033[0m'); fi

say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }
run() {
  local shown='' word
  for word in "$@"; do case $word in *' '*) shown+=" \"$word\"" ;; *) shown+=" $word" ;; esac; done
  printf '%s$%s%s\n' "$bold" "$shown" "$plain"
  "$@"
}
sql() {
  printf '%ssql> %s%s\n' "$bold" "$1" "$plain"
  python -c 'import sys, psycopg; psycopg.connect(sys.argv[1], autocommit=True).execute(sys.argv[2])' "$url" "$1"
}

say "A server for this project (its own PostgreSQL 18; --db takes yours instead)"
run pggit server start
url=$(pggit server url)

say "Track the database. Nothing of yours is changed; pggit uninstall removes it all"
run pggit init

say "DDL as always: here a small shop (examples/shop.sql)"
python -c 'import sys, psycopg; psycopg.connect(sys.argv[1], autocommit=True).execute(open(sys.argv[2]).read())' \
  "$url" "$here/shop.sql"
run pggit status
run pggit commit -m "The shop"

say "A branch, and some work on it"
run pggit switch -c loyalty
sql "alter table customers add column points integer not null default 0"
sql "alter table products alter column price type numeric(12, 2)"
sql "create index customers_points on customers (points desc)"
run pggit status
run pggit diff
run pggit commit -m "Points for loyal customers"

say "Who changed what, and when"
run pggit log --graph --all
run pggit blame public.customers
run pggit history public.customers.points

say "What the branch changed against main; any two databases or directories of SQL can be compared so"
run pggit diff main loyalty --stat
run pggit diff work "$here/shop.sql" --stat

say "Somebody else worked on main meanwhile. A merge is built in a scratch database before it is recorded; the live schema follows"
run pggit switch main
sql "alter table customers add column phone text"
sql "alter table products alter column price set default 0"
run pggit commit -m "Phones, and what costs nothing"
run pggit merge loyalty
run pggit log --graph

say "A plan: what would make the live schema that of shop.sql again; it is tried on a clone before it runs"
sql "insert into customers (email, name) values ('ada@example.com', 'Ada')"
run pggit plan work "$here/shop.sql" --out plan.json
run pggit prove plan.json
run pggit apply plan.json --yes --allow data-loss
run pggit status

say "A database of files for a test, in milliseconds: the second copy finds its template there"
run pggit clone create test_1 --from "$here/shop.sql" --ttl 2h
run pggit clone create test_2 --from "$here/shop.sql" --ttl 2h

say "Back to what HEAD has"
run pggit reset --hard HEAD

say "The other branch in a database of its own, which knows where it came from"
run pggit worktree add shop_loyalty loyalty
run pggit worktree list

say "That is all of it. Next: docs/tutorial.md"
