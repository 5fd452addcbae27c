package dev.backstay.wireguard;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The side that begins a handshake, for one handshake: an initiation, and what was answered. Its
 * secrets are overwritten on close. Not safe for use by several threads.
 */
public final class Initiator implements AutoCloseable {
  private static final int RESPONSE_EPHEMERAL_AT = 12;
  private static final int RESPONSE_EMPTY_AT = 44;
  private static final int RESPONSE_MACS_AT = 60;
  private static final int RESPONSE_OWN_AT = 4;

  private final Peering peering;
  private final PrivateKey ephemeral;
  private final int index;
  private final NoiseState state;
  private final byte[] message;

  private Initiator(
      Peering peering, PrivateKey ephemeral, int index, NoiseState state, byte[] message) {
    this.peering = peering;
    this.ephemeral = ephemeral;
    this.index = index;
    this.state = state;
    this.message = message;
  }

  /**
   * @param peering closed by its owner, not before this
   * @param timestamp later than that of every initiation of the same key to the same peer
   * @param cookie one that is not too old, if the other side has given one
   */
  public static Initiator begin(
      Peering peering, Tai64n timestamp, Optional<Cookie> cookie, SecureRandom random) {
    return begin(peering, PrivateKey.generate(random), random.nextInt(), timestamp, cookie);
  }

  /**
   * @param ephemeral taken over
   */
  static Initiator begin(
      Peering peering, PrivateKey ephemeral, int index, Tai64n timestamp, Optional<Cookie> cookie) {
    NoiseState state = NoiseState.towards(peering.otherKey());
    byte[] point = ephemeral.publicKey().point();
    state.mixEphemeral(point);
    byte[] key = state.mixForKey(peering.sharedBy(ephemeral));
    byte[] sealedStatic = state.seal(key, peering.ownKey().point());
    key = state.mixForKey(peering.shared());
    byte[] sealedTime = state.seal(key, timestamp.bytes());
    byte[] message =
        MessageType.INITIATION
            .begin(MessageType.INITIATION.bytes())
            .putInt(index)
            .put(point)
            .put(sealedStatic)
            .put(sealedTime)
            .array();
    peering.towardsOther().sign(message, cookie);
    return new Initiator(peering, ephemeral, index, state, message);
  }

  /** To be sent as it is, and only once: a second one would be a replay. */
  public byte[] message() {
    return message.clone();
  }

  /**
   * @param response of type {@link MessageType#RESPONSE}
   * @return the first time something else than {@link Answer.Stray}, this is used up
   */
  public Answer read(byte[] response) {
    if (MessageType.RESPONSE.index(response) != index
        || !peering.towardsOwn().isMadeFor(response)) {
      return new Answer.Stray();
    }
    PublicKey theirs =
        PublicKey.of(Arrays.copyOfRange(response, RESPONSE_EPHEMERAL_AT, RESPONSE_EMPTY_AT));
    Optional<byte[]> first = ephemeral.agree(theirs);
    Optional<byte[]> second = peering.own().agree(theirs);
    if (first.isEmpty() || second.isEmpty()) {
      return new Answer.Undecryptable();
    }
    state.mixEphemeral(theirs.point());
    state.mix(first.get());
    state.mix(second.get());
    byte[] key = state.mixPreshared(peering.preshared());
    byte[] empty = Arrays.copyOfRange(response, RESPONSE_EMPTY_AT, RESPONSE_MACS_AT);
    if (state.open(key, empty).isEmpty()) {
      return new Answer.Undecryptable();
    }
    byte[][] keys = state.split();
    int other = MessageType.littleEndian(response).getInt(RESPONSE_OWN_AT);
    return new Answer.Accepted(new Session(keys[0], keys[1], index, other));
  }

  /**
   * The cookie that the other side gave instead of a response.
   *
   * @param reply of type {@link MessageType#COOKIE_REPLY}
   * @return empty if it is not meant for this initiation, or damaged
   */
  public Optional<Cookie> cookie(byte[] reply) {
    return MessageType.COOKIE_REPLY.index(reply) == index
        ? peering.towardsOther().open(reply, message)
        : Optional.empty();
  }

  @Override
  public void close() {
    ephemeral.close();
    state.close();
  }
}
