package dev.backstay.snapshot;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** age's format from and to memory, whoever it is encrypted for. */
final class Age {
  private static final byte[] BINARY =
      (AgeFile.VERSION_LINE + "\n").getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ARMOURED =
      "-----BEGIN AGE ENCRYPTED FILE-----".getBytes(StandardCharsets.US_ASCII);

  private Age() {}

  static byte[] encrypt(SecretBytes content, List<RecipientStanzaWriter> writers)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (WritableByteChannel channel =
        new StandardEncryptingChannelFactory()
            .newEncryptingChannel(Channels.newChannel(out), writers)) {
      ByteBuffer rest = ByteBuffer.wrap(content.bytes());
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    } catch (GeneralSecurityException impossible) {
      // No cause: its message is not ours to vouch for.
      throw new IllegalStateException("age's ciphers are missing from this Java");
    }
    return out.toByteArray();
  }

  /** Whether these bytes are an age file, binary or with ASCII armour. */
  static boolean looksEncrypted(byte[] bytes) {
    return startsWith(bytes, BINARY) || startsWith(bytes, ARMOURED);
  }

  /**
   * The plaintext of a small file, binary or with ASCII armour, authenticated to its end.
   *
   * @throws GeneralSecurityException it is not for this reader
   * @throws IOException it is damaged
   */
  static SecretBytes decrypt(byte[] sealed, RecipientStanzaReader reader)
      throws GeneralSecurityException, IOException {
    StandardDecryptingChannelFactory factory =
        startsWith(sealed, ARMOURED)
            ? new ArmoredDecryptingChannelFactory()
            : new StandardDecryptingChannelFactory();
    // Header and tags make the file longer than what is in it.
    byte[] plain = new byte[sealed.length];
    try (ReadableByteChannel channel =
        factory.newDecryptingChannel(
            Channels.newChannel(new ByteArrayInputStream(sealed)), List.of(reader))) {
      ByteBuffer buffer = ByteBuffer.wrap(plain);
      int read = 0;
      while (read >= 0 && buffer.hasRemaining()) {
        read = channel.read(buffer);
      }
      return SecretBytes.owning(Arrays.copyOf(plain, buffer.position()));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
