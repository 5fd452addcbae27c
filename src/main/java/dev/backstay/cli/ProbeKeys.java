package dev.backstay.cli;

import java.util.ArrayList;
import java.util.List;

/** Secrets that are overwritten together. Used by one thread. */
final class ProbeKeys implements AutoCloseable {
  private final List<AutoCloseable> kept = new ArrayList<>();

  <T extends AutoCloseable> T keep(T secret) {
    kept.add(secret);
    return secret;
  }

  @Override
  public void close() {
    for (AutoCloseable one : kept) {
      try {
        one.close();
      } catch (Exception impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }
}
