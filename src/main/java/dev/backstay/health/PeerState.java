package dev.backstay.health;

/** What is known of one client since the change. */
public enum PeerState {
  /** It has not completed a handshake, and its deadline has not passed. */
  WAITING,
  /** It completed a handshake since the change, and nothing says that its data is stuck. */
  BACK,
  /**
   * It completed a handshake, its data reaches the gateway, and nothing of it comes out decrypted.
   */
  STALLED,
  /** Its deadline passed: it is there, or was called, and no handshake was completed. */
  FAILED,
  /** Its deadline passed and nothing at all has come from it. */
  SILENT
}
