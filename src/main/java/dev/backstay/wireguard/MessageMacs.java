package dev.backstay.wireguard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The two codes at the end of an initiation and of a response, and the cookies that the second one
 * is made of, for messages to the owner of one public key. The first code proves only that its
 * maker knows that public key, and needs no secret to be checked: whoever sees an initiation can
 * tell which server it was made for ({@code wireguard.md} §1.9). Immutable.
 */
public final class MessageMacs {
  private static final String MAC1 = "mac1----";
  private static final String COOKIE = "cookie--";
  private static final int BOTH = 2 * Blake2s.MAC_BYTES;
  private static final int NONCE_AT = 8;
  private static final int SEALED_AT = NONCE_AT + Aead.LONG_NONCE_BYTES;

  private final byte[] mac1Key;
  private final byte[] cookieKey;

  private MessageMacs(byte[] mac1Key, byte[] cookieKey) {
    this.mac1Key = mac1Key;
    this.cookieKey = cookieKey;
  }

  public static MessageMacs towards(PublicKey receiver) {
    return new MessageMacs(
        Blake2s.hash(MAC1.getBytes(US_ASCII), receiver.point()),
        Blake2s.hash(COOKIE.getBytes(US_ASCII), receiver.point()));
  }

  /** Whether a message is an initiation or a response that was made for this receiver. */
  public boolean isMadeFor(byte[] message) {
    return hasMacs(message) && MessageDigest.isEqual(mac1(message), first(message));
  }

  /** Whether whoever made a message had been given this cookie. */
  public boolean proves(byte[] message, Cookie cookie) {
    if (!hasMacs(message)) {
      return false;
    }
    byte[] second = Arrays.copyOfRange(message, message.length - Blake2s.MAC_BYTES, message.length);
    return MessageDigest.isEqual(mac2(message, cookie), second);
  }

  /** The answer of a receiver under load to an initiation or a response. */
  public byte[] cookieReply(byte[] message, int index, Cookie cookie, SecureRandom random) {
    byte[] nonce = new byte[Aead.LONG_NONCE_BYTES];
    random.nextBytes(nonce);
    return MessageType.COOKIE_REPLY
        .begin(MessageType.COOKIE_REPLY.bytes())
        .putInt(index)
        .put(nonce)
        .put(Aead.sealLong(cookieKey, nonce, cookie.value(), first(message)))
        .array();
  }

  /**
   * What a receiver has answered to a message.
   *
   * @return empty if it is not the answer to this message, or anything of it was altered
   */
  Optional<Cookie> open(byte[] reply, byte[] message) {
    byte[] nonce = Arrays.copyOfRange(reply, NONCE_AT, SEALED_AT);
    byte[] sealed = Arrays.copyOfRange(reply, SEALED_AT, reply.length);
    return Aead.openLong(cookieKey, nonce, sealed, first(message)).map(Cookie::new);
  }

  /** Writes both codes where they belong; the second is left zero without a cookie. */
  void sign(byte[] message, Optional<Cookie> cookie) {
    ByteBuffer.wrap(message).put(message.length - BOTH, mac1(message));
    byte[] second = cookie.map(given -> mac2(message, given)).orElse(new byte[Blake2s.MAC_BYTES]);
    ByteBuffer.wrap(message).put(message.length - Blake2s.MAC_BYTES, second);
  }

  private byte[] mac1(byte[] message) {
    return Blake2s.keyed(mac1Key, message, message.length - BOTH);
  }

  private static byte[] mac2(byte[] message, Cookie cookie) {
    return Blake2s.keyed(cookie.value(), message, message.length - Blake2s.MAC_BYTES);
  }

  private static byte[] first(byte[] message) {
    int at = message.length - BOTH;
    return Arrays.copyOfRange(message, at, at + Blake2s.MAC_BYTES);
  }

  private static boolean hasMacs(byte[] message) {
    return MessageType.of(message)
        .map(type -> type == MessageType.INITIATION || type == MessageType.RESPONSE)
        .orElse(false);
  }
}
