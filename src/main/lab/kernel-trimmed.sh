#!/bin/sh
# A small User-Mode Linux kernel of our own: tinyconfig plus lab-kernel.config. It boots in a third of the
# time of the distribution's and has dynamic_debug.
set -eu

if [ $# -lt 3 ]; then
  echo "usage: kernel-trimmed.sh OUT SOURCE-PACKAGE SOURCE-TARBALL" >&2
  exit 2
fi
out=$1
tarball=$3
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=module-tree.sh
. "$here/module-tree.sh"

mkdir tree
top=$(basename "$tarball" | sed 's/\.tar\..*//')
tar -xf "$tarball" -C tree --strip-components=1 --exclude="$top/Documentation/*/*" --wildcards --wildcards-match-slash \
  --exclude="$top/drivers/gpu/*.[ch]" --exclude="$top/arch/[a-tv-wyz]*/*.[chS]" --exclude="$top/arch/*/dts" --exclude="$top/sound/*.[ch]"
(
  cd tree
  um tinyconfig
  cat "$here/lab-kernel.config" >>.config
  um olddefconfig
  # olddefconfig drops without a word what it does not know or cannot have: show it in the log.
  grep -E '^CONFIG_' "$here/lab-kernel.config" | while read -r line; do
    grep -qxF "$line" .config || echo "not in the configuration: $line"
  done
  nice -n 10 make -j"$(nproc)" ARCH=um LOCALVERSION= linux modules
)
release=$(cat tree/include/config/kernel.release)
modules=$out/modules/$release
mkdir -p "$modules"
cp tree/modules.builtin tree/modules.builtin.modinfo tree/modules.order "$modules/"
# WireGuard itself comes from a package only, so that what is loaded is what dpkg says.
(cd tree && find . -name '*.ko' | grep -v '/wireguard\.ko$') |
  while read -r file; do install_module "tree/$file" "$modules/kernel/$(dirname "$file")"; done
printf '%s\n' "$release" >"$out/release"
cp tree/linux "$out/linux"
strip --strip-debug "$out/linux"
keep_module_tree tree "$out/tree"
