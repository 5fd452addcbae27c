package dev.backstay.transaction;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names one attempt to both sides.
 *
 * @param rollout the rollout's id
 * @param attempt from 1
 * @param epoch fences older controllers off
 * @param nonce 128 random bits in hex; whoever has it can confirm, so it is never logged
 */
public record Identifiers(String rollout, int attempt, long epoch, String nonce) {
  private static final int NONCE_BYTES = 16;

  public static Identifiers next(String rollout, int attempt, long epoch, SecureRandom random) {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return new Identifiers(rollout, attempt, epoch, HexFormat.of().formatHex(bytes));
  }

  String nonceDigest() {
    return Sha256.hex(nonce.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return rollout + "/" + attempt + " (epoch " + epoch + ")";
  }
}
