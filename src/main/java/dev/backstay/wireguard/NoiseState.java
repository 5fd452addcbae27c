package dev.backstay.wireguard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;

/**
 * What both ends of a handshake have in common so far: the chaining key, which all keys come from,
 * and the hash of all that was said, which every message is bound to (Noise protocol framework,
 * section 5.2; {@code wireguard.md} §4.1). Not safe for use by several threads.
 */
final class NoiseState implements AutoCloseable {
  private static final String CONSTRUCTION = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
  private static final String IDENTIFIER = "WireGuard v1 zx2c4 Jason@zx2c4.com";

  private byte[] chain;
  private byte[] hash;

  private NoiseState(byte[] chain, byte[] hash) {
    this.chain = chain;
    this.hash = hash;
  }

  /** Before the first message to whoever has this key. */
  static NoiseState towards(PublicKey responder) {
    byte[] chain = Blake2s.hash(CONSTRUCTION.getBytes(US_ASCII));
    byte[] hash = Blake2s.hash(chain, IDENTIFIER.getBytes(US_ASCII));
    NoiseState state = new NoiseState(chain, hash);
    state.mixHash(responder.point());
    return state;
  }

  private void mixHash(byte[] said) {
    hash = Blake2s.hash(hash, said);
  }

  /** An ephemeral key in clear. */
  void mixEphemeral(byte[] point) {
    mixHash(point);
    advance(Blake2s.derive(1, chain, point)[0]);
  }

  /**
   * A secret that is part of all further keys.
   *
   * @param shared wiped
   */
  void mix(byte[] shared) {
    Secrets.wipe(mixForKey(shared));
  }

  /**
   * The same, and a key for the next thing that is said.
   *
   * @param shared wiped
   * @return to be wiped by the caller
   */
  byte[] mixForKey(byte[] shared) {
    byte[][] derived = Blake2s.derive(2, chain, shared);
    Secrets.wipe(shared);
    advance(derived[0]);
    return derived[1];
  }

  /** As {@link #mixForKey}; that it was this preshared key is part of the hash, too. */
  byte[] mixPreshared(PresharedKey preshared) {
    byte[][] derived = Blake2s.derive(3, chain, preshared.bytes());
    advance(derived[0]);
    mixHash(derived[1]);
    Secrets.wipe(derived[1]);
    return derived[2];
  }

  /**
   * @param key wiped: it is good for one message
   */
  byte[] seal(byte[] key, byte[] plain) {
    byte[] sealed = Aead.seal(key, 0, plain, hash);
    Secrets.wipe(key);
    mixHash(sealed);
    return sealed;
  }

  /** As {@link #seal}; empty if anything that was said so far is not what the other one said. */
  Optional<byte[]> open(byte[] key, byte[] sealed) {
    Optional<byte[]> plain = Aead.open(key, 0, sealed, hash);
    Secrets.wipe(key);
    mixHash(sealed);
    return plain;
  }

  /**
   * The keys of the session: first that under which the initiator sends, then the responder's.
   *
   * @return to be wiped by the caller
   */
  byte[][] split() {
    return Blake2s.derive(2, chain, new byte[0]);
  }

  private void advance(byte[] next) {
    Secrets.wipe(chain);
    chain = next;
  }

  @Override
  public void close() {
    Secrets.wipe(chain, hash);
  }

  @Override
  public String toString() {
    return "***";
  }
}
