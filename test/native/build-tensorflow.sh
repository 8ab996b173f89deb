#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node against the libtensorflow in TensorFlow's own wheel, for machines where its install
# script cannot download one. Linux x64 with g++, npm and a Python that has pip; 207 MB to fetch, 810 MB on disk.
#
#   npm ci && test/native/build-tensorflow.sh      then: npm run test:tensorflow, or --backend tensorflow
#
# PYTHON: another interpreter than python3. Everything lies in test/native/tensorflow/node_modules, which git ignores,
# and a link in the repository's node_modules. npm ci and npm install take the link away, and this brings it back, in
# less than a second. Why and how: docs/decisions/0016-native-tensorflow.md.
set -euo pipefail
cd "$(dirname "$0")/tensorflow"
root=$(cd ../../.. && pwd)
package=node_modules/@tensorflow/tfjs-node
binding=$package/lib/napi-v8/tfjs_binding.node # where tfjs-node looks for it

fail() {
  echo "build-tensorflow: $*" >&2
  exit 1
}

[ "$(uname -sm)" = 'Linux x86_64' ] || fail "this builds for Linux x86_64 only, not for $(uname -sm)"
[ -d "$root/node_modules/@tensorflow/tfjs-core" ] || fail "run npm ci in $root first"
python=${PYTHON:-python3}
"$python" -m pip --version >/dev/null 2>&1 || fail "$python has no pip; name one that has: PYTHON=..."
command -v g++ >/dev/null || fail 'there is no g++'

if [ ! -f "$binding" ]; then
  npm ci --ignore-scripts
  # One tfjs for all: what is not here is found in the repository's node_modules.
  rm -rf node_modules/@tensorflow/tfjs-core node_modules/@tensorflow/tfjs-layers node_modules/@tensorflow/tfjs-backend-cpu

  wheel=node_modules/.wheel
  mkdir -p "$wheel" "$package/deps"
  # Of the wheel only its C library is used: which Python it is for does not matter.
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --python-version 3.10 --platform manylinux2014_x86_64 --dest "$wheel" --requirement wheel.txt
  "$python" - "$wheel"/*.whl "$package/deps" <<'PYTHON'
import os, shutil, sys, zipfile

LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
HEADERS = "tensorflow/include/"
NEEDED = ("tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/c/", "tsl/platform/ctstring")
wheel, out = sys.argv[1:]
with zipfile.ZipFile(wheel) as packed:
    for name in (name for name in packed.namelist() if not name.endswith("/")):
        if name in LIBRARIES:
            target = os.path.join(out, "lib", os.path.basename(name))
        elif name.startswith(HEADERS) and name[len(HEADERS):].startswith(NEEDED):
            target = os.path.join(out, "include", name[len(HEADERS):])
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with packed.open(name) as source, open(target, "wb") as copy:
            shutil.copyfileobj(source, copy)
PYTHON
  rm -rf "$wheel"

  mkdir -p "$(dirname "$binding")"
  # N-API only, so no headers of Node itself. The file appears when it is complete.
  g++ -std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8 \
    -I"$package" -I"$package/deps/include" -Inode_modules/node-api-headers/include \
    "$package"/binding/tfjs_backend.cc "$package"/binding/tfjs_binding.cc -o "$binding.part" \
    "$package"/deps/lib/libtensorflow_cc.so.2 "$package"/deps/lib/libtensorflow_framework.so.2 \
    '-Wl,-rpath,$ORIGIN/../../deps/lib'
  mv "$binding.part" "$binding"
fi

link=$root/node_modules/@tensorflow/tfjs-node
[ -L "$link" ] || [ ! -e "$link" ] || fail "$link is there and no link of mine: npm ci removes it"
ln -sfn "../../test/native/tensorflow/$package" "$link"
echo "@tensorflow/tfjs-node: linked to test/native/tensorflow/$package"
