package dev.backstay.wireguard;

/** What a response means for the initiation that it came after. */
public sealed interface Answer {
  /**
   * The handshake is complete on this side. The other side knows that once it gets data.
   *
   * @param session closed by whoever takes it
   */
  record Accepted(Session session) implements Answer {}

  /**
   * Made for this initiation by somebody who knows its sender, and not to be decrypted: the
   * preshared keys of the two differ ({@code wireguard.md} §4.2).
   */
  record Undecryptable() implements Answer {}

  /** Not the answer to this initiation, or damaged on its way. Means nothing. */
  record Stray() implements Answer {}
}
