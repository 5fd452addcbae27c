package dev.backstay.health;

/** Why a client is missing, as far as the counters of its gateway tell (wireguard.md §1.11). */
public enum Cause {
  /** Class A: initiations come, and no response goes out. */
  REJECTED(
      "rejected",
      "it asks and gets no answer: compare the keys of both sides and the client's clock"),
  /** Class B: there was a response, and it was not confirmed. */
  UNCONFIRMED(
      "unconfirmed",
      "an answer was sent and the handshake not completed: compare the preshared keys, and look"
          + " whether packets reach the other side"),
  /** It goes on under the session that the change has ended. */
  OLD_SESSION(
      "old-session",
      "it sends under its old session and completes no handshake: restart its tunnel if it does not"
          + " come back with the old state"),
  /** Class C: handshakes, and data that is not decrypted. */
  STALLED(
      "stalled",
      "its handshake is fine and its data is not decrypted: look at its allowed addresses, at routes"
          + " and at the MTU"),
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
