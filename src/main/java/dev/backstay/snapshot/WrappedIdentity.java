package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An identity that only a key kept elsewhere can open: a file of two lines, the format's name and
 * base64. The first line is bound to the second, so that neither can be put to another use.
 */
public final class WrappedIdentity {
  private static final String FORMAT = "backstay-wrapped-identity/v1";

  private WrappedIdentity() {}

  /**
   * Authenticated encryption by a key that does not leave its place.
   *
   * <p>{@code bound} is authenticated and not part of the result. Neither method keeps its
   * arguments; the caller wipes what it gets.
   */
  public interface Key {
    byte[] encrypt(byte[] plain, byte[] bound);

    byte[] decrypt(byte[] sealed, byte[] bound);
  }

  /**
   * Writes the file, mode 0600, and opens it again before it returns.
   *
   * @throws dev.backstay.problem.ProblemException {@code identity-unreadable}: that is no identity;
   *     or what the key says
   * @throws java.nio.file.FileAlreadyExistsException nothing is written over it
   */
  public static void write(Path file, IdentityText identity, Key key) throws IOException {
    identity.identity();
    byte[] sealed = key.encrypt(identity.bytes().bytes(), bound());
    String text = FORMAT + "\n" + Base64.getEncoder().encodeToString(sealed) + "\n";
    PrivateFile.create(file, text.getBytes(StandardCharsets.US_ASCII));
    try (IdentityText again = read(file, key)) {
      if (!Arrays.equals(again.bytes().bytes(), identity.bytes().bytes())) {
        Files.delete(file);
        throw VaultProblems.identityUnreadable(
            file.toString(), "the token gives back something else than it was given");
      }
    }
  }

  /**
   * Returns if there is something to open: nobody shall type a PIN for nothing.
   *
   * @throws dev.backstay.problem.ProblemException {@code identity-unreadable}
   */
  public static void requireFile(Path file) {
    sealed(file);
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code identity-unreadable}: no such file, or of
   *     another format; or what the key says
   */
  public static IdentityText read(Path file, Key key) {
    byte[] plain = key.decrypt(sealed(file), bound());
    return IdentityText.of(SecretBytes.owning(plain), file.toString());
  }

  private static byte[] sealed(Path file) {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
      if (lines.size() == 2 && lines.getFirst().equals(FORMAT)) {
        return Base64.getDecoder().decode(lines.getLast());
      }
    } catch (IOException unreadable) {
      throw VaultProblems.identityUnreadable(
          file.toString(),
          "the wrapped identity cannot be read: " + unreadable.getClass().getSimpleName());
    } catch (IllegalArgumentException notBase64) {
      // Said below.
    }
    throw VaultProblems.identityUnreadable(
        file.toString(), "this is not an identity that backstay vault wrap wrote");
  }

  private static byte[] bound() {
    return FORMAT.getBytes(StandardCharsets.US_ASCII);
  }
}
