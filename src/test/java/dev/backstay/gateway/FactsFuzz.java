package dev.backstay.gateway;

import java.nio.charset.StandardCharsets;

/** Whatever a gateway says where facts or the state of a lease should be. */
public final class FactsFuzz {
  private FactsFuzz() {}

  /** Only a state of a lease that nobody knows may be refused. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    if (FactsReader.understands(text)) {
      FactsReader.read(text).openLease();
    }
    FactsReader.read(text);
    try {
      LeaseStatusReader.read(text);
    } catch (IllegalStateException unknown) {
      // A state of a later version, which is not guessed.
    }
  }
}
