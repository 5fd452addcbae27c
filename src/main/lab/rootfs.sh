#!/bin/sh
# The root file system: the base, the kernel's modules, the repository, and what makes it a lab host.
# As root, or as a user through a user namespace.
set -eu

if [ $# -ne 4 ]; then
  echo "usage: rootfs.sh OUT BASE-PIECE KERNEL-PIECE PACKAGES-PIECE" >&2
  exit 2
fi
if [ -z "${BACKSTAY_LAB_UNSHARED:-}" ]; then
  BACKSTAY_LAB_UNSHARED=yes
  export BACKSTAY_LAB_UNSHARED
  if [ "$(id -u)" -eq 0 ]; then exec unshare --mount sh "$0" "$@"; fi
  exec unshare --map-root-user --map-auto --mount sh "$0" "$@"
fi
out=$1
base=$2
kernel=$3
packages=$4
here=$(cd "$(dirname "$0")" && pwd)
release=$(cat "$kernel/release")
root=$PWD/root

unpack_base() {
  mkdir "$root"
  # Devices cannot be made in a user namespace; the kernel's devtmpfs brings them.
  tar -xpf "$base/base.tar" -C "$root" --numeric-owner --exclude='./dev/*'
}

# A lab host is thrown away, has no terminal and no network of its own to look after.
make_lab_host() {
  cp -r "$here/image/." "$root/"
  chown -R 0:0 "$root/etc/systemd/system" "$root/etc/ssh" "$root/etc/apt" "$root/etc/default" "$root/usr/local"
  chmod 755 "$root/usr/local/lib/backstay-lab/"* "$root/usr/local/sbin/"*
  rm -f "$root"/etc/ssh/ssh_host_*
  # What made the base quickly; a lab host loses power and shall keep what dpkg says is there.
  sed -i '/force-unsafe-io/d' "$root/etc/dpkg/dpkg.cfg.d/"*
  : >"$root/etc/machine-id"
  rm -f "$root/var/lib/dbus/machine-id"
  echo lab >"$root/etc/hostname"
  printf '127.0.0.1 localhost lab\n::1 localhost\n' >"$root/etc/hosts"
  : >"$root/etc/resolv.conf"
  echo '/dev/ubda / ext4 noatime 0 0' >"$root/etc/fstab"
  mkdir -p "$root/run" "$root/root/.ssh" "$root/srv/lab"
  chmod 700 "$root/root/.ssh"
}

mask() {
  for unit in "$@"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
}

quiet_systemd() {
  mask getty.target getty@.service serial-getty@.service console-getty.service autovt@.service \
    apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer \
    systemd-tmpfiles-clean.timer motd-news.timer systemd-timesyncd.service systemd-networkd.service \
    systemd-resolved.service systemd-logind.service systemd-journal-flush.service \
    systemd-journal-catalog-update.service systemd-update-utmp.service \
    systemd-update-utmp-runlevel.service systemd-update-done.service systemd-random-seed.service \
    systemd-machine-id-commit.service systemd-firstboot.service systemd-hwdb-update.service \
    systemd-binfmt.service systemd-pcrphase.service systemd-pcrphase-sysinit.service \
    systemd-pstore.service systemd-ask-password-wall.path systemd-ask-password-console.path \
    systemd-sysusers.service proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount \
    sys-kernel-tracing.mount sys-fs-fuse-connections.mount remote-fs.target \
    modprobe@.service kmod-static-nodes.service systemd-tmpfiles-setup-dev.service
  mkdir -p "$root/etc/systemd/system/sysinit.target.wants"
  ln -sf ../lab-seed.service "$root/etc/systemd/system/sysinit.target.wants/lab-seed.service"
  ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
}

# The lab's repository is the only one, and is in the image: a lab host has no way out.
install_repository() {
  cp -r "$packages/repository" "$root/srv/lab/"
  mkdir -p "$root/etc/apt/keyrings"
  cp "$packages/key.gpg" "$root/etc/apt/keyrings/backstay-lab.gpg"
  chown -R 0:0 "$root/srv/lab" "$root/etc/apt/keyrings"
  find "$root/srv/lab" "$root/etc/apt/keyrings" -type f -exec chmod 644 {} +
  rm -rf "$root/etc/apt/sources.list.d" "$root/var/lib/apt/lists"
  mkdir -p "$root/etc/apt/sources.list.d" "$root/var/lib/apt/lists/partial"
  echo 'deb [signed-by=/etc/apt/keyrings/backstay-lab.gpg] copy:/srv/lab/repository ./' >"$root/etc/apt/sources.list"
}

install_baseline() {
  mkdir -p "$root/dev" "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --rbind /proc "$root/proc"
  PATH=/usr/sbin:/usr/bin:/sbin:/bin
  export PATH
  chroot "$root" apt-get update
  # The hook of grub2-common calls update-grub when a kernel comes or goes, where there is a boot menu.
  chroot "$root" dpkg-divert --local --rename --divert /usr/sbin/update-grub.distrib /usr/sbin/update-grub
  ln -s ../local/sbin/update-grub "$root/usr/sbin/update-grub"
  chroot "$root" update-grub
  chroot "$root" grub-editenv /boot/grub/grubenv create
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y "linux-image-$release" backstay-lab-wireguard=1.0.0
  umount -l "$root/proc" "$root/dev"
  rm -f "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/log/*.log "$root"/var/log/apt/*
}

# /boot is a disk of its own, as the loader reads it from outside. Blocks of the size of the environment block,
# which is then one of them. Room for half a dozen kernels.
make_boot_image() {
  mke2fs -q -t ext4 -b 1024 -d "$root/boot" -L boot -m 0 -J size=4 -E lazy_itable_init=0,lazy_journal_init=0 "$out/boot.ext4" 80M
  chmod 444 "$out/boot.ext4"
  rm -rf "${root:?}/boot"
  mkdir "$root/boot"
}

# About 150 MB of room. Without lazy initialisation, which would write the tables into every host's
# copy-on-write file after the first mount. The journal stays: hosts are killed and must come back.
make_image() {
  used=$(du -sm --apparent-size "$root" | cut -f 1)
  files=$(find "$root" | wc -l)
  mke2fs -q -t ext4 -d "$root" -L lab -m 0 -J size=4 -N "$((files + 12000))" \
    -E lazy_itable_init=0,lazy_journal_init=0 "$out/rootfs.ext4" "$((used * 105 / 100 + 165))M"
  chmod 444 "$out/rootfs.ext4"
}

unpack_base
make_lab_host
quiet_systemd
install_repository
install_baseline
make_boot_image
make_image
rm -rf "$root"
