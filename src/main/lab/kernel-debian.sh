#!/bin/sh
# The fast way: the distribution's ready-made User-Mode Linux kernel. It lacks WireGuard and the
# inet, ip and ip6 families of nftables, so those modules are built from the kernel source of the
# same version with the configuration that the kernel itself prints. CONFIG_MODVERSIONS is off in it,
# so the release alone decides whether a module loads.
set -eu

if [ $# -ne 4 ]; then
  echo "usage: kernel-debian.sh OUT SOURCE-PACKAGE SOURCE-TARBALL UML-PACKAGE" >&2
  exit 2
fi
out=$1
tarball=$3
uml=$4
# shellcheck source=module-tree.sh
. "$(dirname "$0")/module-tree.sh"

# Without the code of drivers, file systems and other architectures: the rest is enough to prepare for
# modules. Every Kconfig stays, since the configuration is settled anew.
unpack_part() {
  mkdir tree
  top=$(basename "$tarball" | sed 's/\.tar\..*//')
  tar -xf "$tarball" -C tree --strip-components=1 --wildcards --wildcards-match-slash \
    --exclude="$top/Documentation/*/*" --exclude="$top/arch/[a-tv-wyz]*/*.[chS]" --exclude="$top/arch/*/dts" \
    --exclude="$top/drivers/[!n]*.[chS]" --exclude="$top/drivers/n[!e]*.[chS]" \
    --exclude="$top/drivers/net/[!w]*.[chS]" --exclude="$top/drivers/net/wireless/*.[chS]" \
    --exclude="$top/fs/*.[ch]" --exclude="$top/sound/*.[ch]" --exclude="$top/tools/testing"
}

settle_configuration() {
  "$uml/usr/bin/linux.uml" --showconfig >tree/.config
  (
    cd tree
    scripts/config -m WIREGUARD -e NF_TABLES_INET -e NF_TABLES_IPV4 -e NF_TABLES_IPV6 \
      -m NFT_NAT -m NFT_REJECT_INET -m NFT_FIB_INET -m NFT_FIB_IPV4 -m NFT_FIB_IPV6
    um olddefconfig
    um modules_prepare
  )
}

# nf_nat is built as well, because it has another function when the inet family is on.
# The kernel package has no Module.symvers, hence KBUILD_MODPOST_WARN. What is switched off on the
# command line is only not built: the headers, and with them the layout of the kernel's structures,
# stay as they are.
build_modules() {
  # shellcheck disable=SC2046 # a list of words
  (
    cd tree
    for directory in lib/crypto net/netfilter net/ipv4/netfilter net/ipv6/netfilter; do
      um KBUILD_MODPOST_WARN=1 M="$directory" $(not_needed) modules
    done
  )
}

not_needed() {
  sed -n 's/^\(CONFIG_\(NETFILTER\|NF\|IP\|IP6\)_[A-Z0-9_]*\)=m$/\1=/p' .config | grep -v -e '^CONFIG_NF_TABLES' -e '^CONFIG_NF_NAT='
}

# Takes from the package what a lab host may use, and puts our own modules over it.
collect_modules() {
  release=$(cat tree/include/config/kernel.release)
  packaged=$uml/usr/lib/uml/modules/$release
  if [ ! -d "$packaged" ]; then
    echo "The user-mode-linux package has no modules for $release, the release of its source."
    exit 1
  fi
  modules=$out/modules/$release
  mkdir -p "$modules"
  cp "$packaged/modules.builtin" "$packaged/modules.builtin.modinfo" "$packaged/modules.order" "$modules/"
  (cd "$packaged" && find kernel -name '*.ko' | grep -E '^kernel/(net|lib|crypto|drivers/net|fs/(overlayfs|fuse))/') |
    while read -r file; do install_module "$packaged/$file" "$modules/$(dirname "$file")"; done
  (cd tree && find lib/crypto net -name '*.ko') |
    while read -r file; do install_module "tree/$file" "$modules/kernel/$(dirname "$file")"; done
  printf '%s\n' "$release" >"$out/release"
}

# The kernel is stripped, but the names that it exports are in it as text, a short one perhaps as the
# end of a longer. So a module that would not load for want of a symbol is found here.
check_symbols() {
  mkdir -p check/lib
  ln -s "$out/modules" check/lib/modules
  strings -a -n 1 "$out/linux" | sort -u >names
  awk '/^[A-Za-z_][A-Za-z0-9_]*$/ { print "0 T __ksymtab_" $0 }' names >map
  depmod -b "$PWD/check" -n -e -F map "$release" 2>&1 >/dev/null |
    awk '/needs unknown symbol/ { print $NF }' | sort -u >doubtful
  missing=$(awk '
    NR == FNR { want[$1] = length($1); next }
    { for (name in want) if (substr($0, length($0) - want[name] + 1) == name) delete want[name] }
    END { for (name in want) print name }' doubtful names)
  if [ -n "$missing" ]; then
    echo "These symbols are needed by a module and neither in the kernel nor in another module:"
    echo "$missing"
    exit 1
  fi
}

unpack_part
settle_configuration
build_modules
collect_modules
cp "$uml/usr/bin/linux.uml" "$out/linux"
check_symbols
keep_module_tree tree "$out/tree"
