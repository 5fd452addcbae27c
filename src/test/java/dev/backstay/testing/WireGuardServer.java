package dev.backstay.testing;

import dev.backstay.wireguard.Cookie;
import dev.backstay.wireguard.MessageType;
import dev.backstay.wireguard.PresharedKey;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import dev.backstay.wireguard.Responder;
import dev.backstay.wireguard.Session;
import dev.backstay.wireguard.Tai64n;
import dev.backstay.wireguard.Timing;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;

/**
 * A gateway for tests, as the protocol wants one: it drops without a word what it does not like,
 * counts a handshake when data comes under it, and owes a keepalive to whoever sends data.
 */
public final class WireGuardServer {
  private final SecureRandom random;
  private final Responder responder;
  private final PublicKey key;
  private final Map<PublicKey, PresharedKey> peers = new HashMap<>();
  private final Map<PublicKey, Tai64n> floors = new HashMap<>();
  private final Map<Integer, Session> sessions = new HashMap<>();
  private final Cookie cookie;

  /** How much of a ping of so many bytes comes back; 0 for nothing. */
  private IntUnaryOperator pong = bytes -> bytes;

  private boolean underLoad;
  private boolean brokenCookies;
  private Optional<InetAddress> refusing = Optional.empty();
  private Optional<Session> owing = Optional.empty();
  private OptionalLong owedAt = OptionalLong.empty();
  private int confirmed;

  public WireGuardServer(SecureRandom random) {
    this.random = random;
    this.cookie = Cookie.generate(random);
    PrivateKey own = PrivateKey.generate(random);
    this.key = own.publicKey();
    this.responder = new Responder(own);
  }

  public PublicKey key() {
    return key;
  }

  public WireGuardServer knowing(PublicKey peer, PresharedKey preshared) {
    peers.put(peer, preshared);
    return this;
  }

  public WireGuardServer underLoad() {
    underLoad = true;
    return this;
  }

  /** Under load, and no cookie is good enough. */
  public WireGuardServer neverSatisfied() {
    brokenCookies = true;
    return underLoad();
  }

  public WireGuardServer answeringPings(IntUnaryOperator bytes) {
    pong = bytes;
    return this;
  }

  /** Answers pings by an ICMP error. */
  public WireGuardServer refusingPings(InetAddress from) {
    refusing = Optional.of(from);
    return this;
  }

  /** Handshakes that were completed by data. */
  public int confirmed() {
    return confirmed;
  }

  /** When it will speak by itself. */
  public OptionalLong wakeAt() {
    return owedAt;
  }

  public List<byte[]> woken() {
    List<byte[]> keepalive = owing.map(session -> List.of(session.keepalive())).orElse(List.of());
    owing = Optional.empty();
    owedAt = OptionalLong.empty();
    return keepalive;
  }

  /** What it answers. */
  public List<byte[]> receive(byte[] datagram, long now) {
    Optional<MessageType> type = MessageType.of(datagram);
    if (type.isEmpty()) {
      return List.of();
    }
    return switch (type.get()) {
      case INITIATION -> initiation(datagram);
      case DATA -> data(datagram, now);
      case RESPONSE, COOKIE_REPLY -> List.of();
    };
  }

  private List<byte[]> initiation(byte[] initiation) {
    if (!responder.macs().isMadeFor(initiation)) {
      return List.of();
    }
    if (underLoad && (brokenCookies || !responder.macs().proves(initiation, cookie))) {
      int index = MessageType.INITIATION.index(initiation);
      return List.of(responder.macs().cookieReply(initiation, index, cookie, random));
    }
    return responder.hear(initiation).flatMap(this::answer).map(List::of).orElse(List.of());
  }

  private Optional<byte[]> answer(Responder.Heard heard) {
    PublicKey peer = heard.peer();
    Optional<Tai64n> floor = Optional.ofNullable(floors.get(peer));
    if (!peers.containsKey(peer)
        || floor.filter(last -> heard.timestamp().compareTo(last) <= 0).isPresent()) {
      return Optional.empty();
    }
    floors.put(peer, heard.timestamp());
    return heard
        .respond(peers.get(peer), random)
        .map(response -> {
          sessions.put(index(response.message()), response.session());
          return response.message();
        });
  }

  private static int index(byte[] response) {
    return Integer.reverseBytes(ByteBuffer.wrap(response).getInt(Integer.BYTES));
  }

  private List<byte[]> data(byte[] message, long now) {
    Optional<Session> session = Optional.ofNullable(sessions.get(MessageType.DATA.index(message)));
    Optional<byte[]> packet = session.flatMap(one -> one.open(message));
    if (packet.isEmpty()) {
      return List.of();
    }
    confirmed++;
    if (packet.get().length == 0) {
      return List.of();
    }
    if (owedAt.isEmpty()) {
      owing = session;
      owedAt = OptionalLong.of(now + Timing.KEEPALIVE_TIMEOUT.toNanos());
    }
    List<byte[]> answers = new ArrayList<>();
    pong(packet.get()).ifPresent(answer -> answers.add(session.orElseThrow().seal(answer, 1420)));
    return answers;
  }

  private Optional<byte[]> pong(byte[] packet) {
    boolean four = packet[0] >> 4 == 4;
    int bytes =
        four
            ? Short.toUnsignedInt(ByteBuffer.wrap(packet).getShort(2))
            : 40 + Short.toUnsignedInt(ByteBuffer.wrap(packet).getShort(4));
    if (refusing.isPresent()) {
      byte[] refusal = packet.clone();
      refusal[four ? 20 : 40] = (byte) (four ? 3 : 1);
      refusal[four ? 21 : 41] = 1;
      return Optional.of(refusal);
    }
    int back = pong.applyAsInt(bytes);
    if (back == 0) {
      return Optional.empty();
    }
    byte[] reply = Arrays.copyOf(packet, back);
    reply[four ? 20 : 40] = (byte) (four ? 0 : 129);
    ByteBuffer.wrap(reply).putShort(four ? 2 : 4, (short) (four ? back : back - 40));
    return Optional.of(reply);
  }
}
