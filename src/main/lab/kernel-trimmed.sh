#!/bin/sh
# A small User-Mode Linux kernel of our own: tinyconfig plus lab-kernel.config. It boots in a third of the
# time of the distribution's, has dynamic_debug, and restarts after a panic when told to (panic=N).
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

# On User-Mode Linux a panic always ends the process, whatever panic=N says. With these lines the kernel's
# own code is reached, which waits N seconds and restarts, as on every other machine.
heed_panic_timeout() {
  file=tree/arch/um/kernel/um_arch.c
  sed -i '/^static int panic_exit(/,/^}/s/^\tuml_exitcode = 1;/\tif (panic_timeout)\n\t\treturn NOTIFY_DONE;\n&/' "$file"
  if ! grep -q 'if (panic_timeout)' "$file"; then
    echo "panic_exit in $file is not as it was: panic=N would not restart this kernel."
    exit 1
  fi
}

mkdir tree
top=$(basename "$tarball" | sed 's/\.tar\..*//')
tar -xf "$tarball" -C tree --strip-components=1 --exclude="$top/Documentation/*/*" --wildcards --wildcards-match-slash \
  --exclude="$top/drivers/gpu/*.[ch]" --exclude="$top/arch/[a-tv-wyz]*/*.[chS]" --exclude="$top/arch/*/dts" --exclude="$top/sound/*.[ch]"
heed_panic_timeout
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
