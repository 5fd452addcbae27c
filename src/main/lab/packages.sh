#!/bin/sh
# The WireGuard module in several versions, good and broken, each a package, and several kernels, in a signed repository.
# Versions without a patch behave like the distribution's module; patches/VERSION-*.patch say what
# the others break.
set -eu

if [ $# -lt 2 ]; then
  echo "usage: packages.sh OUT KERNEL-PIECE [OLDER-KERNEL-PIECE]" >&2
  exit 2
fi
out=$1
kernel=$2
older=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=module-tree.sh
. "$here/module-tree.sh"
release=$(cat "$kernel/release")
name=backstay-lab-wireguard

versions() {
  {
    printf '%s\n' 1.0.0 1.0.1
    for patch in "$here"/patches/*.patch; do basename "$patch" | cut -d - -f 1; done
  } | sort -u
}

# One source folder for all versions: only what a patch touches is compiled again.
build_module() {
  cp -p "$kernel"/tree/drivers/net/wireguard/*.[ch] wireguard/pristine/
  for file in wireguard/pristine/*.[ch]; do
    cmp -s "$file" "wireguard/$(basename "$file")" || cp "$file" wireguard/
  done
  for patch in "$here/patches/$1"-*.patch; do
    if [ -e "$patch" ]; then (cd wireguard && patch -p1 --no-backup-if-mismatch) <"$patch"; fi
  done
  # The version is in what the module says when it loads, and makes every srcversion another: in main.c, since
  # newer kernels leave headers out of that sum.
  if [ "$1" != 1.0.0 ]; then sed -i "s/^#include \"version.h\"/#define WIREGUARD_VERSION \"$1\"/" wireguard/main.c; fi
  um -C "$kernel/tree" KBUILD_MODPOST_WARN=1 M="$PWD/wireguard" modules
  cp wireguard/wireguard.ko "modules/$1.ko"
  strip --strip-debug "modules/$1.ko"
}

# The other kernel gets the module of its own source.
build_older_module() {
  mkdir wireguard-older
  cp -r "$older/tree/drivers/net/wireguard/." wireguard-older/
  um -C "$older/tree" KBUILD_MODPOST_WARN=1 M="$PWD/wireguard-older" modules
  strip --strip-debug wireguard-older/wireguard.ko
}

describe() {
  summary=$(sed -n '1s/^[#] *//p' "$here/patches/$1"-*.patch 2>/dev/null) ||
    summary="Behaves like the distribution's module."
  printf '%s\n' "$summary"
}

build_package() {
  root=package-$1
  install_module wireguard/wireguard.ko "$root/lib/modules/$release/updates/backstay"
  mkdir -p "$root/DEBIAN"
  cat >"$root/DEBIAN/control" <<END
Package: $name
Version: $1
Architecture: amd64
Maintainer: Backstay lab <lab@backstay.invalid>
Depends: kmod
Section: kernel
Priority: optional
Description: WireGuard module of the Backstay lab for kernel $release
 $(describe "$1")
END
  # Installing never loads: when the module changes is the operator's decision.
  for script in postinst postrm; do
    printf '#!/bin/sh\nset -e\ndepmod -a %s\n' "$release" >"$root/DEBIAN/$script"
    chmod 755 "$root/DEBIAN/$script"
  done
  dpkg-deb --root-owner-group --build "$root" "$out/repository"
  printf 'srcversion.%s=%s\n' "$1" "$(modinfo -F srcversion wireguard/wireguard.ko)" >>"$out/srcversions"
}

check_srcversions() {
  if [ -n "$(cut -d = -f 2 "$out/srcversions" | sort | uniq -d)" ]; then
    echo "Two versions have the same srcversion."
    exit 1
  fi
}

# The key lives in memory, signs once, and is gone; the image keeps only the public half.
sign() {
  GNUPGHOME=$(mktemp -d -p "$(key_room)" backstay-lab-key.XXXXXX)
  export GNUPGHOME
  trap forget_key EXIT
  trap 'exit 1' INT TERM HUP
  gpg --batch --passphrase '' --quick-generate-key 'Backstay lab' ed25519 sign never
  gpg --batch --export >"$out/key.gpg"
  (
    cd "$out/repository"
    apt-ftparchive packages . >Packages
    gzip -9nk Packages
    apt-ftparchive -o APT::FTPArchive::Release::Origin='Backstay lab' \
      -o APT::FTPArchive::Release::Label='Backstay lab' -o APT::FTPArchive::Release::Suite=lab \
      release . >../Release
    mv ../Release Release
    gpg --batch --clearsign -o InRelease Release
    gpg --batch --armor --detach-sign -o Release.gpg Release
  )
  forget_key
  trap - EXIT INT TERM HUP
}

key_room() {
  if [ -d /dev/shm ] && [ -w /dev/shm ]; then echo /dev/shm; else pwd; fi
}

forget_key() {
  gpgconf --kill all
  rm -rf "$GNUPGHOME"
}

# Left by a build that was killed; nobody signs for an hour.
find "$(key_room)" -maxdepth 1 -name 'backstay-lab-key.*' -user "$(id -un)" -mmin +60 -exec rm -rf {} +

mkdir -p wireguard/pristine modules "$out/repository"
cp -r "$kernel"/tree/drivers/net/wireguard/. wireguard/
for version in $(versions); do
  build_module "$version"
  build_package "$version"
done
check_srcversions
set --
if [ -n "$older" ]; then
  build_older_module
  set -- "$older" "$PWD/wireguard-older/wireguard.ko"
fi
sh "$here/kernels.sh" "$out/repository" "$kernel" "$PWD/modules" "$@"
sign
