package dev.backstay.lab;

import java.util.Locale;

/** Which kernel the lab's hosts boot. */
public enum Kernel {
  /** The distribution's ready-made User-Mode Linux, with modules built for it: quickly built. */
  DEBIAN,
  /** Our own configuration of the distribution's kernel source: boots in less time and memory. */
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
