#!/usr/bin/env bash
# Makes the backend webgpu start on this machine: its packages, and Vulkan in software for a machine without a GPU.
#
#   npm ci && test/native/install-webgpu.sh               as root on Debian or Ubuntu, for npm run test:webgpu
#   npm ci && test/native/install-webgpu.sh --packages    packages only: a machine with a GPU has its own driver
#
# The packages lie in test/native/webgpu/node_modules, which git ignores, and links in the repository's node_modules;
# npm ci and npm install take the links away, and this brings them back.
# Software Vulkan is Mesa's lavapipe, 25 or later: Dawn refuses Debian 12's 22.3, so there it comes from
# bookworm-backports, whose list this adds to /etc/apt/sources.list.d. Mesa's other libraries move to that version
# with it; nothing is removed. It is meant for CI and containers. Before you remove libvulkan1 again, look at what
# `apt-get remove --simulate` would take along: browsers depend on it.
set -euo pipefail
cd "$(dirname "$0")/webgpu"
root=$(cd ../../.. && pwd)
oldest=25

fail() {
  echo "install-webgpu: $*" >&2
  exit 1
}

# --- packages
[ -d "$root/node_modules/@tensorflow/tfjs-core" ] || fail "run npm ci in $root first"
npm ci --ignore-scripts
# One tfjs for all: what is not here is found in the repository's node_modules.
rm -rf node_modules/@tensorflow/tfjs-core node_modules/@tensorflow/tfjs-backend-cpu
link() { # PACKAGE UP: the way from the link to the root
  local link=$root/node_modules/$1
  [ -L "$link" ] || [ ! -e "$link" ] || fail "$link is there and no link of mine: npm ci removes it"
  ln -sfn "$2/test/native/webgpu/node_modules/$1" "$link"
  echo "$1: linked to test/native/webgpu/node_modules/$1"
}
link webgpu ..
link @tensorflow/tfjs-backend-webgpu ../..
[ "${1:-}" = --packages ] && exit 0

# --- software Vulkan
installed() { # of Mesa's Vulkan drivers: the major version, or 0
  local version
  version=$(dpkg-query -W -f '${db:Status-Abbrev}${Version}' mesa-vulkan-drivers 2>/dev/null) || true
  case $version in ii\ *) version=${version#ii }; version=${version#*:}; echo "${version%%.*}" ;; *) echo 0 ;; esac
}
if [ "$(installed)" -lt "$oldest" ]; then
  command -v apt-get >/dev/null || fail "this installs Vulkan with apt-get, which is not here; install Mesa >= $oldest and a Vulkan loader"
  [ "$(id -u)" -eq 0 ] || fail 'run it as root to install Vulkan, or with --packages'
  . /etc/os-release
  target=()
  if [ "${VERSION_CODENAME:-}" = bookworm ]; then
    target=(-t bookworm-backports)
    apt-get update -qq
    if ! apt-get indextargets --format '$(CODENAME)' 'Created-By: Packages' | grep -qx bookworm-backports; then
      # From the mirror that bookworm itself comes from.
      mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "bookworm" { print $2; exit }')
      [ -n "$mirror" ] || fail 'no source of bookworm is configured'
      printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: bookworm-backports' 'Components: main' \
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' > /etc/apt/sources.list.d/bookworm-backports.sources
    fi
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove --no-install-recommends "${target[@]}" mesa-vulkan-drivers libvulkan1 >/dev/null
fi
[ "$(installed)" -ge "$oldest" ] || fail "Mesa $(installed) is too old: Dawn wants $oldest or later"
echo "Vulkan: Mesa $(installed)"
