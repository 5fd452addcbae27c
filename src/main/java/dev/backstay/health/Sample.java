package dev.backstay.health;

/**
 * Clients, and how many of them were lost. One client is one bit: whoever counts packets counts
 * those who repeat themselves.
 *
 * @param clients all that were looked at
 * @param lost of those
 */
public record Sample(int clients, int lost) {
  static final Sample NONE = new Sample(0, 0);

  public Sample {
    if (lost < 0 || lost > clients) {
      throw new IllegalArgumentException("%d of %d cannot be lost".formatted(lost, clients));
    }
  }

  public Sample plus(Sample other) {
    return new Sample(clients + other.clients, lost + other.lost);
  }

  /** From 0 to 1; of nobody, nothing is lost. */
  double share() {
    return clients == 0 ? 0 : (double) lost / clients;
  }

  /** For people. */
  @Override
  public String toString() {
    return "%d of %d clients".formatted(lost, clients);
  }
}
