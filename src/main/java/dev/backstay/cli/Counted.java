package dev.backstay.cli;

/** A number with its noun. */
final class Counted {
  private Counted() {}

  /**
   * @param noun in the singular, of those that get an s
   */
  static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
