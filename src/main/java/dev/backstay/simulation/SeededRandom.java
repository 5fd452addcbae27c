package dev.backstay.simulation;

import java.security.SecureRandom;
import java.util.Random;

/** Draws nonces that are the same in each run. They protect nothing but a model. */
final class SeededRandom extends SecureRandom {
  private final Random random;

  SeededRandom(long seed) {
    this.random = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }
}
