package dev.backstay.wireguard;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The side that answers handshakes, as far as it is cryptography. Who may come, whether a timestamp
 * was seen before and when to hand out cookies is for its caller to decide. Secrets are overwritten
 * on close. Safe for use by several threads until then.
 */
public final class Responder implements AutoCloseable {
  private static final int EPHEMERAL_AT = 8;
  private static final int STATIC_AT = 40;
  private static final int TIMESTAMP_AT = 88;
  private static final int MACS_AT = 116;

  private final PrivateKey own;
  private final PublicKey ownPublic;
  private final MessageMacs macs;

  /**
   * @param own copied, and closed by its owner
   */
  public Responder(PrivateKey own) {
    this.own = own.copy();
    this.ownPublic = own.publicKey();
    this.macs = MessageMacs.towards(ownPublic);
  }

  /** For an end that calls and is called. */
  public static Responder of(Peering peering) {
    return new Responder(peering.own());
  }

  /** Of messages to this side. */
  public MessageMacs macs() {
    return macs;
  }

  /**
   * Who sent an initiation, and when.
   *
   * @param initiation of type {@link MessageType#INITIATION}
   * @return closed by the caller; empty if it was not made for this side, or anything was altered
   */
  public Optional<Heard> hear(byte[] initiation) {
    if (!macs.isMadeFor(initiation)) {
      return Optional.empty();
    }
    byte[] point = Arrays.copyOfRange(initiation, EPHEMERAL_AT, STATIC_AT);
    PublicKey ephemeral = PublicKey.of(point);
    return own.agree(ephemeral)
        .flatMap(shared -> {
          NoiseState state = NoiseState.towards(ownPublic);
          state.mixEphemeral(point);
          byte[] key = state.mixForKey(shared);
          Optional<Heard> heard =
              state
                  .open(key, Arrays.copyOfRange(initiation, STATIC_AT, TIMESTAMP_AT))
                  .map(PublicKey::of)
                  .flatMap(peer -> identified(state, peer, ephemeral, initiation));
          if (heard.isEmpty()) {
            state.close();
          }
          return heard;
        });
  }

  private Optional<Heard> identified(
      NoiseState state, PublicKey peer, PublicKey ephemeral, byte[] initiation) {
    return own.agree(peer)
        .map(state::mixForKey)
        .flatMap(key -> state.open(key, Arrays.copyOfRange(initiation, TIMESTAMP_AT, MACS_AT)))
        .flatMap(Tai64n::read)
        .map(timestamp ->
            new Heard(state, peer, ephemeral, timestamp, MessageType.INITIATION.index(initiation)));
  }

  /** An initiation that was understood. Not safe for use by several threads. */
  public static final class Heard implements AutoCloseable {
    private final NoiseState state;
    private final PublicKey peer;
    private final PublicKey ephemeral;
    private final Tai64n timestamp;
    private final int index;

    private Heard(
        NoiseState state, PublicKey peer, PublicKey ephemeral, Tai64n timestamp, int index) {
      this.state = state;
      this.peer = peer;
      this.ephemeral = ephemeral;
      this.timestamp = timestamp;
      this.index = index;
    }

    public PublicKey peer() {
      return peer;
    }

    public Tai64n timestamp() {
      return timestamp;
    }

    /** By which the sender wants to be answered. */
    public int index() {
      return index;
    }

    /**
     * @return empty if a key of the sender is weak
     */
    public Optional<Response> respond(PresharedKey preshared, SecureRandom random) {
      return respond(preshared, PrivateKey.generate(random), random.nextInt());
    }

    /** As the one end of that peering. */
    public Optional<Response> respond(Peering peering, SecureRandom random) {
      return respond(peering.preshared(), random);
    }

    /**
     * @param own taken over, and closed
     */
    Optional<Response> respond(PresharedKey preshared, PrivateKey own, int ownIndex) {
      try (own) {
        Optional<byte[]> first = own.agree(ephemeral);
        Optional<byte[]> second = own.agree(peer);
        if (first.isEmpty() || second.isEmpty()) {
          return Optional.empty();
        }
        byte[] point = own.publicKey().point();
        state.mixEphemeral(point);
        state.mix(first.get());
        state.mix(second.get());
        byte[] empty = state.seal(state.mixPreshared(preshared), new byte[0]);
        byte[] message =
            MessageType.RESPONSE
                .begin(MessageType.RESPONSE.bytes())
                .putInt(ownIndex)
                .putInt(index)
                .put(point)
                .put(empty)
                .array();
        MessageMacs.towards(peer).sign(message, Optional.empty());
        byte[][] keys = state.split();
        return Optional.of(new Response(message, new Session(keys[1], keys[0], ownIndex, index)));
      }
    }

    @Override
    public void close() {
      state.close();
    }
  }

  /** What goes back, and the session that begins when data comes under it. */
  public static final class Response {
    private final byte[] message;
    private final Session session;

    private Response(byte[] message, Session session) {
      this.message = message;
      this.session = session;
    }

    public byte[] message() {
      return message.clone();
    }

    /** Closed by whoever takes it. */
    public Session session() {
      return session;
    }
  }

  @Override
  public void close() {
    own.close();
  }
}
