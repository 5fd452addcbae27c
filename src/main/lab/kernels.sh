#!/bin/sh
# Kernels as Debian packages: the one that the lab's hosts start with, a good newer one, and newer ones that
# are broken on purpose. Before the reboot nothing tells a broken one from a good one.
#
# They are one kernel under several names: the last character of the release is replaced, in the program and
# in the modules, which is all that tells two builds of the same source apart. What is broken is either the
# wireguard module or written behind the last byte of the program, where `machine` reads it. So a further
# kernel costs a second and no compilation.
set -eu

if [ $# -lt 3 ]; then
  echo "usage: kernels.sh REPOSITORY KERNEL-PIECE MODULES [OLDER-KERNEL-PIECE OLDER-MODULE]" >&2
  exit 2
fi
repository=$1
kernel=$2
modules=$3
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=module-tree.sh
. "$here/module-tree.sh"
base=$(cat "$kernel/release")

# start RELEASE FROM-PIECE: the files of a kernel, as they will be on a host
start() {
  release=$1
  root=kernel-$1
  mkdir -p "$root/boot" "$root/lib/modules/$release" "$root/DEBIAN"
  cp "$2/linux" "$root/boot/vmlinuz-$release"
  cp "$2/tree/.config" "$root/boot/config-$release"
  cp -r "$2/modules/$(cat "$2/release")/." "$root/lib/modules/$release/"
}

add_wireguard() {
  mkdir -p "$root/lib/modules/$release/kernel/drivers/net/wireguard"
  cp "$1" "$root/lib/modules/$release/kernel/drivers/net/wireguard/wireguard.ko"
}

# Both names have the same length, so nothing in the files moves.
rename() {
  find "$root" -name 'vmlinuz-*' -o -name '*.ko' | while read -r file; do
    LC_ALL=C sed -i "s/$(printf '%s' "$base" | sed 's/\./\\./g')/$release/g" "$file"
  done
  if ! LC_ALL=C grep -aqF "Linux version $release " "$root/boot/vmlinuz-$release"; then
    echo "The kernel does not call itself $release."
    exit 1
  fi
}

break_with() { printf '\nbackstay-lab-defect=%s\n' "$1" >>"$root/boot/vmlinuz-$release"; }

script() {
  {
    printf '#!/bin/sh\nset -e\nrelease=%s\n' "$release"
    cat
  } >"$root/DEBIAN/$1"
  chmod 755 "$root/DEBIAN/$1"
}

# The hooks are those of every Debian kernel: zz-update-grub of grub2-common writes the boot menu.
finish() {
  cat >"$root/DEBIAN/control" <<END
Package: linux-image-$release
Version: 1
Architecture: amd64
Maintainer: Backstay lab <lab@backstay.invalid>
Depends: kmod
Provides: linux-image
Section: kernel
Priority: optional
Description: Linux $release for the Backstay lab
 $1
END
  script postinst <<'END'
depmod "$release"
export DEB_MAINT_PARAMS="$*"
run-parts --report --exit-on-error --arg="$release" --arg="/boot/vmlinuz-$release" /etc/kernel/postinst.d
END
  script prerm <<'END'
if [ "$1" = remove ] && [ "$release" = "$(uname -r)" ] && [ ! -e /run/lab-remove-running-kernel ]; then
  echo "linux-image-$release is the kernel that runs now; it is not removed." >&2
  exit 1
fi
END
  script postrm <<'END'
export DEB_MAINT_PARAMS="$*"
if [ "$1" = remove ]; then
  rm -f "/lib/modules/$release"/modules.*
  rmdir "/lib/modules/$release" 2>/dev/null || true
fi
run-parts --report --exit-on-error --arg="$release" --arg="/boot/vmlinuz-$release" /etc/kernel/postrm.d
END
  dpkg-deb -Zxz -z1 --root-owner-group --build "$root" "$repository"
  rm -rf "$root"
}

start "$base" "$kernel"
finish "The one that lab hosts are installed with. Its wireguard module is in backstay-lab-wireguard."

case $base in
  *-lab1)
    while read -r number module defect description; do
      start "${base%1}$number" "$kernel"
      add_wireguard "$modules/$module.ko"
      rename
      if [ "$defect" != - ]; then break_with "$defect"; fi
      finish "$description"
    done <<'END'
2 1.0.0 - Good.
3 1.1.4 - Panics a minute after its wireguard module is loaded, which is at boot.
4 1.0.0 hangs Hangs at boot: it never finds its disk.
5 1.0.0 no-network Comes up without network: it has no driver for the card.
END
    ;;
esac

if [ $# -eq 5 ]; then
  start "$(cat "$4/release")" "$4"
  add_wireguard "$5"
  finish "The distribution's own kernel for User-Mode Linux: another source, older, and slower."
fi
