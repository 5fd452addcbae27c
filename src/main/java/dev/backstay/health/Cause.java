package dev.backstay.health;

/**
 * Why a client does not get on, as far as the counters of its gateway tell (wireguard.md §1.11).
 * The gateway sees nobody's key, so each is a group of causes.
 */
public enum Cause {
  /** Class A: initiations come, and no response goes out. */
  REJECTED(
      "rejected",
      "it asks and gets no answer: compare the keys of both sides and the client's clock"),
  /** Class A, and its initiations were made for a key that the gateway had before. */
  EARLIER_KEY(
      "earlier-key",
      "rejected: it uses another server key, one that the gateway had before; give it the new one"),
  /** Class A, and its initiations were made for a key that the gateway does not know. */
  OTHER_KEY(
      "other-key",
      "rejected: it uses a server key that is not this gateway's; compare the public key in its"
          + " configuration"),
  /** Class B: there was a response, and it was not confirmed. */
  UNCONFIRMED(
      "unconfirmed",
      "an answer was sent and the handshake not completed: compare the preshared keys, and look"
          + " whether packets reach the other side"),
  /** It goes on under an old session, and answers none of the gateway's calls. */
  OLD_SESSION(
      "old-session",
      "it sends under its old session and completes no handshake: it does not understand this"
          + " version's, or packets do not reach it; a restart of its tunnel tells which"),
  /** Class C: handshakes, and data that is not decrypted. */
  STALLED(
      "stalled",
      "its handshake is fine and its data is not decrypted: look at its allowed addresses, at routes"
          + " and at the MTU"),
  /** Class C, and the gateway says that it decrypts the packets and refuses them. */
  INNER_ADDRESS(
      "inner-address",
      "its data is decrypted and refused: it sends from an inner address that is not among its"
          + " allowed ones"),
  /** Class D: it is put off with cookies. */
  OVERLOAD(
      "overload",
      "the gateway is under load and puts it off: it gets on when that is over, unless it cannot"
          + " answer cookies"),
  /** Class E: nothing comes. */
  SILENT(
      "silent",
      "nothing comes from it: is it switched off? If not, look at the port, the firewall and the"
          + " address it calls"),
  /** Its deadline was not over. */
  OPEN("open", "its time was not over: look again, it may have come back since"),
  /** Datagrams could not be counted. */
  UNKNOWN("unknown", "datagrams could not be counted, so nobody knows whether it asks");

  private final String word;
  private final String advice;

  Cause(String word, String advice) {
    this.word = word;
    this.advice = advice;
  }

  /** For journals and tables. */
  public String word() {
    return word;
  }

  /** What to do, in one line. */
  public String advice() {
    return advice;
  }
}
