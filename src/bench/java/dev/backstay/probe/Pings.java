package dev.backstay.probe;

import java.net.InetAddress;

/** Packets for clients that talk. */
public final class Pings {
  private static final int BYTES = 84;

  private Pings() {}

  /** An ICMP echo request, as {@code ping} sends one. */
  public static byte[] packet(String from, String to) {
    Ping ping = new Ping(InetAddress.ofLiteral(from), InetAddress.ofLiteral(to), Ping.LEAST);
    return Echo.request(ping, 1, 1, BYTES);
  }
}
