package dev.backstay.probe;

import java.net.InetAddress;

/**
 * What is asked through the tunnel once a session stands.
 *
 * @param from an address that the gateway lets this key use
 * @param to one of the gateway's own inside of the tunnel, or of a host behind it; same family
 * @param mtu of the tunnel in bytes, {@link #LEAST} to {@link #MOST}: the largest packet that has
 *     to pass
 */
public record Ping(InetAddress from, InetAddress to, int mtu) {
  public static final int LEAST = 128;

  /** A jumbo frame's. */
  public static final int MOST = 9000;

  /**
   * @throws IllegalArgumentException if the two are of different families, or the MTU is out of
   *     range
   */
  public Ping {
    if (from.getClass() != to.getClass()) {
      throw new IllegalArgumentException("one address is IPv4 and the other IPv6");
    }
    if (mtu < LEAST || mtu > MOST) {
      throw new IllegalArgumentException("the MTU is %d to %d, not %d".formatted(LEAST, MOST, mtu));
    }
  }
}
