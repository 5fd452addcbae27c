package dev.backstay.wireguard;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/**
 * An address with the length of its network, in the one spelling that {@code wg} and {@code ip}
 * print: RFC 5952 for IPv6, always with a length.
 */
public record IpPrefix(String address, int length) {
  /** An address without a length is a single one. Empty if the text is none; names are none. */
  public static Optional<IpPrefix> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    String length = slash < 0 ? "" : text.substring(slash + 1);
    if (!address.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
        || (slash >= 0 && !length.matches("0|[1-9][0-9]{0,2}"))) {
      return Optional.empty();
    }
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      byte[] bytes = parsed.getAddress();
      boolean four = !address.contains(":");
      if (four != (bytes.length == 4) || (four && address.split("\\.", -1).length != 4)) {
        return Optional.empty();
      }
      int bits = bytes.length * 8;
      int wanted = length.isEmpty() ? bits : Integer.parseInt(length);
      return wanted > bits
          ? Optional.empty()
          : Optional.of(new IpPrefix(four ? parsed.getHostAddress() : shortest(bytes), wanted));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  /** The network alone: what WireGuard makes of an allowed address. */
  public IpPrefix network() {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    int bits = bytes.length * 8;
    BigInteger mask =
        BigInteger.ONE.shiftLeft(length).subtract(BigInteger.ONE).shiftLeft(bits - length);
    byte[] masked = new BigInteger(1, bytes).and(mask).toByteArray();
    byte[] whole = new byte[bytes.length];
    for (int i = 1; i <= Math.min(masked.length, whole.length); i++) {
      whole[whole.length - i] = masked[masked.length - i];
    }
    return new IpPrefix(whole.length == 4 ? dotted(whole) : shortest(whole), length);
  }

  /** All addresses there are. */
  public boolean isDefaultRoute() {
    return length == 0;
  }

  private static String dotted(byte[] bytes) {
    return "%d.%d.%d.%d"
        .formatted(bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff, bytes[3] & 0xff);
  }

  /** RFC 5952 §4: lower case, no leading zeros, the longest run of zeros left out. */
  private static String shortest(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int at = -1;
    int run = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > run) {
        at = i;
        run = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == at) {
        text.append("::");
        i += run - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
