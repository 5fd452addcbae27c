#!/bin/sh
# The distribution part of the root file system, as a tar archive: what every lab host has, before
# anything of ours. The slow part, and the same for every kernel.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: base.sh OUT ARCHIVE-LINES" >&2
  exit 2
fi
out=$1
archive=$2

if [ -z "$archive" ]; then
  echo "apt has no package lists of Debian or Ubuntu here. Run apt-get update."
  exit 1
fi
# shellcheck disable=SC1091 # a file of the system, not of ours
suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
mode=root
if [ "$(id -u)" -ne 0 ]; then mode=unshare; fi

# usr-is-merged stands in for usrmerge, which would bring all of perl (45 MB).
printf '%s\n' "$archive" | mmdebstrap --mode="$mode" --variant=minbase --verbose \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --include=usr-is-merged,systemd-sysv,openssh-server,nftables,iproute2,wireguard-tools \
  --include=iputils-ping,kmod,busybox-static,procps,util-linux,dash,grub2-common \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/lib/*/gconv/*' \
  --dpkgopt='path-exclude=/usr/lib/udev/hwdb.d/*' \
  "$suite" "$out/base.tar" -
