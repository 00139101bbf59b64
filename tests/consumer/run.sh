#!/usr/bin/env bash
# Installs the library into a temporary prefix and builds small projects with it: by
# find_package, by add_subdirectory and by pkg-config, with both targets, and in C; and from the
# headers of a checkout alone, and from the two files for those who vendor.
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

by_cmake() {
  local project=$1 program
  shift
  cmake -S "$here/$project" -B "$work/$project" -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
  cmake --build "$work/$project"
  for program in "$@"; do "$work/$project/$program"; done
}

by_pkg_config() {
  local pc
  pc=$(dirname "$(find "$prefix" -name relapse.pc)")
  mkdir "$work/pkg_config"
  PKG_CONFIG_PATH=$pc make -C "$here/pkg_config" BUILD="$work/pkg_config"
  LD_LIBRARY_PATH=$(dirname "$pc") "$work/pkg_config/with_relapse"
  LD_LIBRARY_PATH=$(dirname "$pc") "$work/pkg_config/with_compiled"
  LD_LIBRARY_PATH=$(dirname "$pc") "$work/pkg_config/with_c"
}

from_checkout() {
  "${CXX:-c++}" -std=c++20 -Iinclude $(pkg-config --cflags eigen3) -pthread \
    "$here/checkout.cpp" -o "$work/checkout"
  "$work/checkout" src/models/standard.json
}

vendored() {
  local folder=$work/vendored
  python3 cmake/vendor.py "$built/generated" "$folder"
  "${CXX:-c++}" -std=c++20 -DVENDORED -I"$folder" $(pkg-config --cflags eigen3) -pthread \
    "$here/program.cpp" "$folder/relapse_all.cpp" -o "$folder/program"
  "$folder/program"
}

# Beside each other, as each compiles one file after the other.
start() {
  local name=$1
  shift
  (set -e; "$@") >"$work/$name.log" 2>&1 &
  projects+=("$name:$!")
}
projects=()
start find_package by_cmake find_package with_relapse with_compiled with_sqlite
start c by_cmake c with_c
start add_subdirectory by_cmake add_subdirectory with_relapse
start pkg-config by_pkg_config
start checkout from_checkout
start vendored vendored

passed=0
failed=0
for project in "${projects[@]}"; do
  name=${project%:*}
  if wait "${project##*:}"; then
    passed=$((passed + 1))
    echo "$name: passed"
  else
    failed=$((failed + 1))
    cat "$work/$name.log"
    echo "$name: failed"
  fi
done
echo "consumers: $passed passed, $failed failed"
((failed == 0))
