package dev.backstay.wireguard;

import dev.backstay.problem.ProblemException;
import java.util.Optional;

/**
 * What one end of a tunnel has to know to call the other. Printed without its secrets, which are
 * overwritten with zeros on close. Safe for use by several threads until then.
 */
public final class Peering implements AutoCloseable {
  private final PrivateKey own;
  private final PublicKey ownPublic;
  private final PublicKey other;
  private final PresharedKey preshared;
  private final byte[] shared;
  private final MessageMacs towardsOther;
  private final MessageMacs towardsOwn;

  private Peering(PrivateKey own, PublicKey other, PresharedKey preshared, byte[] shared) {
    this.own = own;
    this.ownPublic = own.publicKey();
    this.other = other;
    this.preshared = preshared;
    this.shared = shared;
    this.towardsOther = MessageMacs.towards(other);
    this.towardsOwn = MessageMacs.towards(ownPublic);
  }

  /**
   * @param own copied, and closed by its owner
   * @param preshared copied, and closed by its owner
   * @throws ProblemException {@code weak-key}: with that public key nothing would be secret
   */
  public static Peering of(PrivateKey own, PublicKey other, PresharedKey preshared) {
    byte[] shared =
        own.agree(other)
            .orElseThrow(() ->
                new ProblemException(
                    "weak-key",
                    other.base64(),
                    "this public key makes the same secret with every private key, so nobody's"
                        + " server has it",
                    "ask the gateway for its own: wg show INTERFACE public-key"));
    return new Peering(own.copy(), other, preshared.copy(), shared);
  }

  public PublicKey ownKey() {
    return ownPublic;
  }

  public PublicKey otherKey() {
    return other;
  }

  PrivateKey own() {
    return own;
  }

  PresharedKey preshared() {
    return preshared;
  }

  /** What both static keys make together. A copy, to be wiped by the caller. */
  byte[] shared() {
    return shared.clone();
  }

  MessageMacs towardsOther() {
    return towardsOther;
  }

  MessageMacs towardsOwn() {
    return towardsOwn;
  }

  /** Between an ephemeral key of ours and the other's static one; never empty by now. */
  byte[] sharedBy(PrivateKey ephemeral) {
    return agreed(ephemeral.agree(other));
  }

  private static byte[] agreed(Optional<byte[]> secret) {
    return secret.orElseThrow(() -> new IllegalStateException("a weak key was refused before"));
  }

  @Override
  public void close() {
    own.close();
    preshared.close();
    Secrets.wipe(shared);
  }

  @Override
  public String toString() {
    return ownPublic + " with " + other;
  }
}
