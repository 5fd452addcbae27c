package dev.backstay.wireguard;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whatever comes where messages of a handshake should be. With an even first byte the rest is made
 * to look right as far as everybody can who knows the public key: so it gets past the first code.
 */
public final class HandshakeFuzz {
  private static final int INDEX = 0x01020304;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PrivateKey SERVER = PrivateKey.generate(RANDOM);
  private static final PrivateKey CLIENT = PrivateKey.generate(RANDOM);
  private static final Peering PEERING =
      Peering.of(CLIENT, SERVER.publicKey(), PresharedKey.none());
  private static final Cookie COOKIE = new Cookie(new byte[16]);

  private HandshakeFuzz() {}

  /** Nothing may be thrown. */
  public static void fuzzerTestOneInput(byte[] input) {
    byte[] message = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
    boolean signed = input.length > 0 && input[0] % 2 == 0;
    MessageMacs.towards(SERVER.publicKey()).proves(message, COOKIE);
    Optional<MessageType> type = MessageType.of(message);
    if (type.isEmpty()) {
      return;
    }
    switch (type.get()) {
      case INITIATION -> hear(signed ? sign(message, SERVER.publicKey()) : message);
      case RESPONSE -> answer(signed ? sign(message, CLIENT.publicKey()) : message, false);
      case COOKIE_REPLY -> answer(message, true);
      case DATA -> open(message);
    }
  }

  private static byte[] sign(byte[] message, PublicKey receiver) {
    MessageMacs.towards(receiver).sign(message, Optional.empty());
    return message;
  }

  private static void hear(byte[] initiation) {
    try (Responder responder = new Responder(SERVER)) {
      responder.hear(initiation).ifPresent(Responder.Heard::close);
    }
  }

  private static void answer(byte[] message, boolean cookie) {
    try (Initiator initiator =
        Initiator.begin(
            PEERING,
            PrivateKey.generate(RANDOM),
            INDEX,
            Tai64n.of(Instant.EPOCH),
            Optional.empty())) {
      if (cookie) {
        initiator.cookie(message);
      } else {
        initiator.read(message);
      }
    }
  }

  private static void open(byte[] message) {
    try (Session session = new Session(new byte[32], new byte[32], INDEX, 1)) {
      session.open(message);
    }
  }
}
