package dev.backstay.lab;

import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/**
 * A key pair of a lab host, base64 as WireGuard's files have it. Made for one run, thrown away with
 * it, and worth nothing elsewhere; still it is not printed.
 */
record WireGuardKeys(String privateKey, String publicKey) {
  static WireGuardKeys generate(SecureRandom random) {
    var key = new X25519PrivateKeyParameters(random);
    return new WireGuardKeys(
        base64(key.getEncoded()), base64(key.generatePublicKey().getEncoded()));
  }

  static String presharedKey(SecureRandom random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return base64(key);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "WireGuardKeys[" + publicKey + "]";
  }
}
