package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the keyed digests of the manifest: HMAC-SHA-256 over path and plaintext, with a key made by
 * HMAC-SHA-256 from the gateway's name.
 *
 * <p>A plain hash would let everyone with the repository try out guesses of a short secret. The key
 * is 32 random bytes in the working directory, never in Git, and is not derived from an age
 * identity: a controller that can only encrypt needs it too. Who loses it loses nothing but the
 * comparison: the next snapshot encrypts every file anew. Gateway and path are part of the digest,
 * so equal files on two gateways do not show as equal, and no file can stand in for another.
 */
final class DigestKey implements AutoCloseable {
  static final int KEY_BYTES = 32;
  private static final int NAME_BYTES = 8;
  private static final String HMAC = "HmacSHA256";

  private final byte[] key;

  private DigestKey(byte[] key) {
    this.key = key;
  }

  /** A key that is kept nowhere. Takes over the array. */
  static DigestKey owning(byte[] key) {
    return new DigestKey(key);
  }

  static DigestKey create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    PrivateFile.create(file, key);
    return new DigestKey(key);
  }

  /**
   * @return empty if there is no such file
   * @throws dev.backstay.problem.ProblemException {@code digest-key-damaged}
   */
  static Optional<DigestKey> read(Path file) throws IOException {
    byte[] key;
    try {
      key = Files.readAllBytes(file);
    } catch (NoSuchFileException lost) {
      return Optional.empty();
    }
    if (key.length != KEY_BYTES) {
      Arrays.fill(key, (byte) 0);
      throw VaultProblems.digestKeyDamaged(file);
    }
    return Optional.of(new DigestKey(key));
  }

  /**
   * The key that made digests.
   *
   * @param name as the manifest has it
   * @throws dev.backstay.problem.ProblemException {@code digest-key-other}: there is none, or
   *     another one; {@code digest-key-damaged}
   */
  static DigestKey named(String name, Path file) throws IOException {
    DigestKey known = read(file).orElseThrow(() -> VaultProblems.digestKeyOther(file, name));
    if (known.name().equals(name)) {
      return known;
    }
    known.close();
    throw VaultProblems.digestKeyOther(file, name);
  }

  /** Tells keys apart without giving anything away; stands in the manifest. */
  String name() {
    byte[] name = hmac(key, utf8("backstay digest key name 2"));
    return HexFormat.of().formatHex(name, 0, NAME_BYTES);
  }

  /** In hexadecimal. */
  String digest(String gateway, String path, SecretBytes content) {
    byte[] own = ofGateway(gateway);
    try {
      return HexFormat.of().formatHex(hmac(own, counted(utf8(path)), content.bytes()));
    } finally {
      Arrays.fill(own, (byte) 0);
    }
  }

  /**
   * The key of one gateway's digests, and of no other's: what a gateway gets that encrypts by
   * itself. To be wiped by the caller.
   */
  byte[] ofGateway(String gateway) {
    return hmac(key, counted(utf8(gateway)));
  }

  boolean matches(String digest, String gateway, String path, SecretBytes content) {
    return MessageDigest.isEqual(utf8(digest), utf8(digest(gateway, path, content)));
  }

  private static byte[] hmac(byte[] with, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(with, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + HMAC, impossible);
    }
  }

  /** With its length before it, so that no two sequences of parts read alike. */
  private static byte[] counted(byte[] part) {
    return ByteBuffer.allocate(Integer.BYTES + part.length).putInt(part.length).put(part).array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "***";
  }
}
