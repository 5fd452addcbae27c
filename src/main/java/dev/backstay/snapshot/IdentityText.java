package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * What an identity file holds, wherever it came from: secret keys, or an age file that a passphrase
 * opens and that holds them. Printed as {@code ***}, wiped on close. Not safe for use by several
 * threads.
 */
public final class IdentityText implements AutoCloseable {
  /** In bytes. A key has 75; whoever names a disk image by mistake shall not fill the memory. */
  public static final int LONGEST = 64 * 1024;

  private final SecretBytes text;
  private final String where;

  private IdentityText(SecretBytes text, String where) {
    this.text = text;
    this.where = where;
  }

  /**
   * @param text taken over
   * @param where for messages
   */
  public static IdentityText of(SecretBytes text, String where) {
    return new IdentityText(text, where);
  }

  /**
   * @throws ProblemException {@code identity-unreadable}
   */
  public static IdentityText read(Path file) {
    String where = file.toString();
    byte[] bytes = new byte[LONGEST + 1];
    try (InputStream in = Files.newInputStream(file)) {
      int size = in.readNBytes(bytes, 0, bytes.length);
      if (size > LONGEST) {
        throw VaultProblems.identityUnreadable(where, "this file is too long for an identity");
      }
      return of(SecretBytes.owning(Arrays.copyOf(bytes, size)), where);
    } catch (IOException unreadable) {
      throw VaultProblems.identityUnreadable(
          where, "the identity file cannot be read: " + unreadable.getClass().getSimpleName());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Whether a passphrase is needed first. */
  public boolean isLocked() {
    return Age.looksEncrypted(text.bytes());
  }

  /**
   * What is inside. Takes seconds, and 256 MiB of memory for what age writes usually.
   *
   * @throws ProblemException {@code passphrase-wrong}, {@code passphrase-costly}, {@code
   *     identity-unreadable}
   */
  public IdentityText unlock(Passphrase passphrase) {
    long memory = Runtime.getRuntime().maxMemory();
    try {
      return of(Age.decrypt(text.bytes(), new ScryptReader(passphrase, where, memory)), where);
    } catch (ProblemException known) {
      throw known;
    } catch (GeneralSecurityException | IOException | RuntimeException damaged) {
      // The library meets a file that is cut off with any of these.
      throw VaultProblems.identityUnreadable(
          where, "this encrypted identity file is damaged: age cannot authenticate it");
    }
  }

  /**
   * The keys, ready for use.
   *
   * @throws ProblemException {@code identity-unreadable}: there is no key, or it is locked
   */
  public Identity identity() {
    return Identity.parse(text, where);
  }

  SecretBytes bytes() {
    return text;
  }

  @Override
  public void close() {
    text.close();
  }

  @Override
  public String toString() {
    return "***";
  }
}
