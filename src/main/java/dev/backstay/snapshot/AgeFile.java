package dev.backstay.snapshot;

import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One file in age's format (age-encryption.org/v1), binary.
 *
 * @param gateway for messages
 * @param path for messages
 */
record AgeFile(String gateway, String path, byte[] bytes) {
  static final String VERSION_LINE = "age-encryption.org/v1";

  private static final String STANZA = "-> X25519 ";
  private static final String END_OF_HEADER = "--- ";
  // Payload, from the specification: a nonce, then chunks of 64 KiB each with a tag of Poly1305.
  private static final int NONCE_BYTES = 16;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int TAG_BYTES = 16;

  static AgeFile encrypt(String gateway, String path, SecretBytes content, Recipients recipients)
      throws IOException {
    return new AgeFile(gateway, path, Age.encrypt(content, recipients.writers()));
  }

  /**
   * What can be told without an identity: the header is addressed to that many native keys, and the
   * file is exactly as long as one of so many bytes must be.
   *
   * @param recipients how many
   * @param size of the plaintext, in bytes
   * @return what is wrong
   */
  Optional<Problem> structure(int recipients, long size) {
    int position = 0;
    int stanzas = 0;
    boolean first = true;
    while (true) {
      int end = endOfLine(position);
      if (end < 0) {
        return Optional.of(VaultProblems.blobCorrupt(gateway, path, "its age header is cut off"));
      }
      String line = new String(bytes, position, end - position, StandardCharsets.ISO_8859_1);
      position = end + 1;
      if (first && !line.equals(VERSION_LINE)) {
        return Optional.of(VaultProblems.blobCorrupt(gateway, path, "it is not an age file"));
      }
      first = false;
      if (line.startsWith(STANZA)) {
        stanzas++;
      }
      if (line.startsWith(END_OF_HEADER)) {
        break;
      }
    }
    if (stanzas != recipients) {
      return Optional.of(
          VaultProblems.blobCorrupt(
              gateway, path, "it has " + stanzas + " recipients instead of " + recipients));
    }
    long chunks = Math.max(1, Math.ceilDiv(size, (long) CHUNK_BYTES));
    long expected = position + NONCE_BYTES + size + chunks * TAG_BYTES;
    return bytes.length == expected
        ? Optional.empty()
        : Optional.of(
            VaultProblems.blobCorrupt(
                gateway, path, "it has " + bytes.length + " bytes instead of " + expected));
  }

  private int endOfLine(int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /**
   * The plaintext, authenticated to its end.
   *
   * @param size of the plaintext, in bytes, as the manifest says
   * @throws ProblemException {@code identity-wrong}, {@code blob-corrupt} or, if the size is
   *     another, {@code digest-mismatch}
   */
  SecretBytes decrypt(Identity identity, int size) {
    // One byte more than expected: the end must be seen, for only then is it authenticated.
    byte[] plain = new byte[size + 1];
    try (ReadableByteChannel channel =
        new StandardDecryptingChannelFactory()
            .newDecryptingChannel(
                Channels.newChannel(new ByteArrayInputStream(bytes)), identity.readers())) {
      ByteBuffer buffer = ByteBuffer.wrap(plain);
      int read = 0;
      while (read >= 0 && buffer.hasRemaining()) {
        read = channel.read(buffer);
      }
      if (read >= 0 || buffer.position() != size) {
        throw new ProblemException(VaultProblems.digestMismatch(gateway, path));
      }
      return SecretBytes.owning(Arrays.copyOf(plain, size));
    } catch (UnsupportedRecipientStanzaException notOurs) {
      throw new ProblemException(VaultProblems.identityWrong(gateway, path));
    } catch (ProblemException known) {
      throw known;
    } catch (GeneralSecurityException | IOException | RuntimeException damaged) {
      // The library meets a file that is cut off with any of these.
      throw new ProblemException(
          VaultProblems.blobCorrupt(gateway, path, "age cannot authenticate it"));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }
}
