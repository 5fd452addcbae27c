package dev.backstay.lab;

import java.util.Locale;

/** Which kernel the lab's hosts boot. */
public enum Kernel {
  /**
   * The distribution's ready-made User-Mode Linux, with modules built for it: built in two minutes,
   * but its processes run under ptrace and start four times as slowly.
   */
  DEBIAN,
  /** Our own configuration of a newer kernel, which runs its processes without ptrace. */
  TRIMMED;

  /** The word on the command line, in paths and in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if the word names no kernel
   */
  public static Kernel of(String word) {
    for (Kernel kernel : values()) {
      if (kernel.word().equals(word)) {
        return kernel;
      }
    }
    throw new IllegalArgumentException("the kernels are debian and trimmed, not " + word);
  }
}
