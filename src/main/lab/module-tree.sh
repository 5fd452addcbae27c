# Functions for kernel-*.sh and packages.sh: the part of a kernel source tree that is enough to build
# WireGuard again, the way DKMS builds modules.
# shellcheck shell=sh

# um: make for User-Mode Linux. LOCALVERSION is set, and empty, so that no "+" gets into the
# release, with which the modules would not load.
um() {
  make -j"$(nproc)" ARCH=um LOCALVERSION= "$@"
}

# keep_module_tree TREE DESTINATION
keep_module_tree() {
  mkdir -p "$2/drivers/net" "$2/arch"
  for name in Makefile Kbuild Kconfig .config Module.symvers include scripts; do
    if [ -e "$1/$name" ]; then mv "$1/$name" "$2/"; fi
  done
  mv "$1/arch/um" "$1/arch/x86" "$2/arch/"
  mv "$1/drivers/net/wireguard" "$2/drivers/net/"
  find "$2/arch" "$2/drivers" -name '*.[oa]' -delete
  find "$2/drivers" \( -name '*.ko' -o -name '*.mod*' -o -name '.*.cmd' \) -delete
}

# install_module FILE DIRECTORY: without debugging information, which is most of its size.
install_module() {
  mkdir -p "$2"
  cp "$1" "$2/"
  strip --strip-debug "$2/$(basename "$1")"
}
