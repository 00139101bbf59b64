#!/usr/bin/env bash
# Compiles the library, headers alone, for other platforms, runs it there where something
# runs their programs, and compares its doubles, hashes and texts with those of
# tests/data/portable/hashes.txt.
#
# usage: run.sh [TARGET...]
#   host                  this machine, its own compiler
#   emscripten            WebAssembly, run by node (Debian: emscripten)
#   aarch64-linux-gnu     (the default), arm-linux-gnueabihf, ...: Debian's g++-TARGET, run
#                         by qemu (Debian: qemu-user-static)
#   aarch64-linux-musl    ..., without such a compiler: zig (PyPI: ziglang, in PYTHON or
#                         python3), which builds the C library the first time
#
# New hashes, after a change of numbers that is meant:
#   tests/portable/run.sh write > tests/data/portable/hashes.txt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
hashes=tests/data/portable/hashes.txt
# The documents that the library embeds are written when configuring.
cmake -S . -B "$work/made" -DRELAPSE_BUILD_TESTS=OFF -DRELAPSE_BUILD_EXAMPLES=OFF \
  -DRELAPSE_INSTALL=OFF >"$work/log"
# Of the system's headers those that belong to no platform.
mkdir "$work/include"
for folder in /usr/include/nlohmann "${EIGEN_INCLUDE:-/usr/include/eigen3}/Eigen"; do
  [[ -d $folder ]] || { echo "$folder is not there"; exit 1; }
  ln -s "$folder" "$work/include/"
done
flags=(-std=c++20 -O1 -ffp-contract=off "-I$work/made/generated" -Iinclude -Itests
  -isystem "$work/include" tests/portable/doubles.cpp)

compile() {
  case $1 in
    host) "${CXX:-c++}" "${flags[@]}" -o "$work/$1" ;;
    emscripten)
      # Where Debian keeps what its linker wants of node.
      NODE_PATH=${NODE_PATH:-/usr/share/nodejs} em++ -fexceptions -sALLOW_MEMORY_GROWTH=1 \
        "${flags[@]}" -o "$work/$1.js"
      ;;
    *)
      local compiler=("${PYTHON:-python3}" -m ziglang c++ -target "$1")
      command -v "$1-g++" >/dev/null && compiler=("$1-g++")
      "${compiler[@]}" -static "${flags[@]}" -o "$work/$1"
      ;;
  esac
}

# What runs a program of the target here; nothing printed where nothing does.
runner() {
  local machine=${1%%-*}
  case $1 in
    host) echo env ;;
    # Its loader would fetch a file as if it were a page.
    emscripten) echo node --no-experimental-fetch ;;
    "$(uname -m)"-linux-*) echo env ;;
    *-linux-*) command -v "qemu-$machine-static" "qemu-$machine" | head -n 1 || true ;;
  esac
}

if [[ ${1:-} == write ]]; then
  compile host
  "$work/host" write
  exit
fi

passed=0
failed=0
compiled=0
(($#)) || set -- aarch64-linux-gnu
for target in "$@"; do
  program=$work/$target
  [[ $target == emscripten ]] && program+=.js
  run=$(runner "$target")
  if ! compile "$target"; then
    failed=$((failed + 1))
    echo "$target: does not compile"
  elif [[ -z $run ]]; then
    compiled=$((compiled + 1))
    echo "$target: compiles; nothing here runs it"
  elif $run "$program" <"$hashes"; then
    passed=$((passed + 1))
    echo "$target: the same doubles"
  else
    failed=$((failed + 1))
    echo "$target: other doubles"
  fi
done
echo "portable: $passed passed, $failed failed, $compiled compiled alone"
((failed == 0))
