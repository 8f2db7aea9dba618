#!/usr/bin/env bash
# Prepares Gradescope's image: it is run once, as root, when an autograder is uploaded.
#
# Installs Swift, and builds the grader and every chapter, so that a submission compiles only what was
# handed in. What to upload, and how, is in the appendix for instructors.
# Gradescope's side: https://gradescope-autograders.readthedocs.io/en/latest/specs/
set -euo pipefail

swift_version=${SWIFT_VERSION:-6.3.1}
source=${AUTOGRADER:-/autograder}/source

# The toolchain, from swift.org, with its signature checked.
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends binutils ca-certificates curl g++ git gnupg \
  libcurl4-openssl-dev libedit2 libncurses6 libsqlite3-0 libxml2-dev pkg-config tzdata zlib1g-dev
# shellcheck source=/dev/null
release=$(. /etc/os-release && echo "$VERSION_ID") # 22.04
case $(uname -m) in
  aarch64) kind=-aarch64 ;;
  *) kind= ;;
esac
name=swift-$swift_version-RELEASE
platform=ubuntu${release//./}$kind
url=https://download.swift.org/swift-$swift_version-release/$platform/$name/$name-ubuntu$release$kind.tar.gz
download=$(mktemp -d)
curl -fsSL --retry 3 -o "$download/swift.tar.gz" "$url"
curl -fsSL --retry 3 -o "$download/swift.tar.gz.sig" "$url.sig"
export GNUPGHOME=$download/gnupg
mkdir -m 700 "$GNUPGHOME"
curl -fsSL --retry 3 https://www.swift.org/keys/all-keys.asc | gpg --batch --import
gpg --batch --verify "$download/swift.tar.gz.sig" "$download/swift.tar.gz"
mkdir -p /opt/swift
tar -xzf "$download/swift.tar.gz" -C /opt/swift --strip-components=1
rm -rf "$download"

# The machine that grades may be older than the one that builds the image: no newer instructions.
export PATH=/opt/swift/usr/bin:$PATH VAE_MARCH=x86-64-v3

# The grader; then the exercises as they are shipped, so that all they need is compiled.
cd "$source/book"
swift build --product homework
.build/debug/homework grade "$source/book" --seeds 0 --out "$(mktemp -d)/results.json"
