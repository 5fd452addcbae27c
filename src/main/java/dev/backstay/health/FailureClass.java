package dev.backstay.health;

/**
 * Why a client does not get on, by what moves at the gateway and what does not (wireguard.md
 * §1.11). The gateway sees no key, so each is a group of causes, the usual one first.
 */
public enum FailureClass {
  /** Its initiations arrive, and the gateway answers none. */
  REJECTED(
      "rejected",
      "the gateway refuses it: another server key, a key that is no peer here, or a clock that went back"),
  /** Its initiations are answered, or ours are, and the session is never confirmed. */
  UNCONFIRMED(
      "unconfirmed",
      "preshared key or key of the two differ, or our packets do not reach it: firewall, route, address translation"),
  /** It shook hands; its data arrives, and nothing of it comes out decrypted. */
  STALLED(
      "stalled",
      "allowed IPs, MTU, or the decryption of this peer stands still: making the interface anew tells which"),
  /** It is put off with cookies while the gateway is under load. */
  OVERLOAD("overload", "it comes through when the load is gone, unless it cannot answer cookies"),
  /** It is there, sends under an old session, and answers none of our initiations. */
  UNANSWERED(
      "unanswered",
      "it does not understand this version's handshake, or our packets do not reach it"),
  /** We call it, and nothing comes from it. */
  SILENT("silent", "it is off, has moved, or a firewall or address translation is in between");

  private final String word;
  private final String causes;

  FailureClass(String word, String causes) {
    this.word = word;
    this.causes = causes;
  }

  /** In tables, and for machines. */
  public String word() {
    return word;
  }

  /** What usually is behind it, for people. */
  public String causes() {
    return causes;
  }
}
