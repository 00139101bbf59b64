#!/usr/bin/env bash
# Installs the library into a temporary prefix and builds small projects with it: by
# find_package, by add_subdirectory and by pkg-config, each with both targets.
#
# usage: run.sh [BUILD]   a built tree to install from; without it, the release preset's
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

built=${1:-build/release}
(($#)) || cmake --workflow --preset release

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
# Installed in one place and moved to another: nothing may remember where it was.
cmake --install "$built" --prefix "$work/first"
mv "$work/first" "$prefix"

passed=0
failed=0
run() {
  local name=$1 status=0
  shift
  # Not as a condition: that would switch off -e inside the function.
  set +e
  (set -e; "$@")
  status=$?
  set -e
  if ((status == 0)); then
    passed=$((passed + 1))
    echo "$name: passed"
  else
    failed=$((failed + 1))
    echo "$name: failed"
  fi
}

by_cmake() {
  cmake -S "$here/$1" -B "$work/$1" -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
  cmake --build "$work/$1"
  "$work/$1/with_relapse"
  "$work/$1/with_compiled"
}

by_pkg_config() {
  local pc
  pc=$(dirname "$(find "$prefix" -name relapse.pc)")
  mkdir "$work/pkg_config"
  PKG_CONFIG_PATH=$pc make -C "$here/pkg_config" BUILD="$work/pkg_config"
  LD_LIBRARY_PATH=$(dirname "$pc") "$work/pkg_config/with_relapse"
  LD_LIBRARY_PATH=$(dirname "$pc") "$work/pkg_config/with_compiled"
}

run find_package by_cmake find_package
run add_subdirectory by_cmake add_subdirectory
run pkg-config by_pkg_config
echo "consumers: $passed passed, $failed failed"
((failed == 0))
