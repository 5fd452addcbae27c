package dev.backstay.snapshot;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * A fresh age identity, as {@code age-keygen} makes it.
 *
 * @param recipient its public half
 * @param text what an identity file holds; the caller closes it
 */
record NewIdentity(String recipient, IdentityText text) implements AutoCloseable {
  static NewIdentity generate(Instant now) {
    KeyPair pair;
    try {
      pair = new X25519KeyPairGenerator().generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has X25519", impossible);
    }
    String recipient = new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII);
    byte[] head =
        ("# created: "
                + now.truncatedTo(ChronoUnit.SECONDS)
                + "\n# public key: "
                + recipient
                + "\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] secret = pair.getPrivate().getEncoded();
    byte[] text =
        ByteBuffer.allocate(head.length + secret.length + 1)
            .put(head)
            .put(secret)
            .put((byte) '\n')
            .array();
    Arrays.fill(secret, (byte) 0);
    return new NewIdentity(recipient, IdentityText.of(SecretBytes.owning(text), "a new identity"));
  }

  /** Writes one to a file, as {@code age-keygen -o FILE} does, and returns the recipient. */
  static String write(Path file, Instant now) throws IOException {
    try (NewIdentity identity = generate(now)) {
      PrivateFile.create(file, identity.text().bytes().bytes());
      return identity.recipient();
    }
  }

  @Override
  public void close() {
    text.close();
  }
}
