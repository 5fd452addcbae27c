package dev.backstay.lab;

/**
 * A client: a network namespace in the client host with one WireGuard interface.
 *
 * @param gateway the number of its gateway, from 1
 * @param number its number among the gateway's clients, from 1
 * @param pings whether it sends traffic; otherwise it only keeps its session alive
 */
record Client(int gateway, int number, boolean pings) {
  String name() {
    return "gw%d-c%02d".formatted(gateway, number);
  }

  /** At most 15 characters, as the kernel wants it. */
  String device() {
    return "wg-%d-%d".formatted(gateway, number);
  }

  int port() {
    return 20_000 + 1_000 * gateway + number;
  }

  /** A range that holds {@link #port} of every client of this gateway, and no other. */
  static String portsOf(int gateway) {
    return "%d-%d".formatted(20_000 + 1_000 * gateway, 20_999 + 1_000 * gateway);
  }

  String address4() {
    return "198.19.%d.%d".formatted(gateway, 100 + number);
  }

  String address6() {
    return "fd00:198:19:%d::%d".formatted(gateway, 100 + number);
  }

  /**
   * One in ten has a preshared key too, in both halves, as some ways of breaking hit only these.
   */
  boolean preshared() {
    return number % 10 == 1;
  }
}
