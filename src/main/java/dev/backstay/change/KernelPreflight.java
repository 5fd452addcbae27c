package dev.backstay.change;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.BootFacts;
import dev.backstay.playbook.Change;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether another kernel can be booted once, with the old one behind it. What can only be seen by
 * writing, such as whether GRUB's environment block takes a variable, the gateway itself proves
 * when the lease is rehearsed.
 */
final class KernelPreflight {
  /** Where GRUB itself can write: plain files of one disk (GRUB manual, "Environment block"). */
  private static final Set<String> WRITABLE = Set.of("ext2", "ext3", "ext4", "vfat", "xfs");

  private final Change.Kernel wanted;

  KernelPreflight(Change.Kernel wanted) {
    this.wanted = wanted;
  }

  void check(Facts facts, Findings found) {
    if (facts.kernel().equals(wanted.release())) {
      inPlace(facts, found);
      return;
    }
    new TreeMap<>(wanted.packages())
        .forEach((name, version) -> Preflight.candidate(name, version, facts, found));
    bootLoader(facts.boot(), found);
    if (!facts.boot().kernels().contains(facts.kernel())) {
      found.add(
          "no-old-kernel",
          "the kernel that runs, %s, is not in /boot, so that it could not be booted again"
              .formatted(facts.kernel()),
          "install its package again, or restart into one that is in /boot first");
    }
    if (wanted.packages().isEmpty() && !facts.boot().kernels().contains(wanted.release())) {
      found.add(
          "no-such-kernel",
          "the kernel %s is not in /boot, and no package is named that brings it"
              .formatted(wanted.release()),
          "name its package under `kernel: {packages: …}`");
    }
  }

  /** The same release in another version lies where the running one lies: nothing to go back to. */
  private void inPlace(Facts facts, Findings found) {
    new TreeMap<>(wanted.packages())
        .forEach((name, version) -> {
          if (!Preflight.installed(facts, name).map(version::equals).orElse(false)) {
            found.add(
                "kernel-in-place",
                "version %s of %s would replace the files of the kernel that runs, %s"
                    .formatted(version, name, facts.kernel()),
                "there would be no old kernel to go back to; choose one with another release");
          }
        });
  }

  private static void bootLoader(BootFacts boot, Findings found) {
    if (!boot.grub()) {
      found.add(
          "no-grub",
          "there is no GRUB here, and only GRUB is known how to boot a kernel once",
          "leave this gateway out, or change its kernel by hand");
      return;
    }
    if (!boot.editor()) {
      found.add(
          "tool-missing",
          "the program grub-editenv is missing",
          "install it on the gateway: apt-get install grub-common");
    }
    if (!boot.savedDefault()) {
      found.add(
          "grub-default",
          "GRUB's default is a number of its menu, which another kernel would take",
          "set GRUB_DEFAULT=saved in /etc/default/grub on the gateway and run update-grub");
    }
    boolean apart =
        boot.device().startsWith("/dev/mapper/")
            || boot.device().startsWith("/dev/dm-")
            || boot.device().startsWith("/dev/md");
    if (apart || !WRITABLE.contains(boot.fileSystem())) {
      found.add(
          "grub-cannot-write",
          "/boot/grub is on %s (%s), where GRUB cannot write: a kernel that is booted once would be booted always"
              .formatted(boot.device(), boot.fileSystem()),
          "put /boot on a plain partition with ext4, or change this gateway's kernel by hand");
    }
  }
}
