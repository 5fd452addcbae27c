package dev.backstay.lab;

import java.util.Locale;

/** How a host of the lab comes to its kernel. */
enum Loader {
  /** By the kernels, the menu and the environment block in its own /boot. */
  GRUB,
  /** The same, but the loader cannot write the environment block. */
  GRUB_READ_ONLY,
  /** With the kernel that was built, always. */
  DIRECT;

  /** The word that the program {@code machine} knows. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
