package dev.backstay.snapshot;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The secret half of one or more recipients, read from a file as {@code age-keygen} writes it.
 * Never printed. Safe for use by several threads.
 */
public final class Identity {
  private final List<RecipientStanzaReader> readers;

  private Identity(List<RecipientStanzaReader> readers) {
    this.readers = List.copyOf(readers);
  }

  /**
   * Reads every secret key of the file. Comments start with {@code #}.
   *
   * @throws ProblemException {@code identity-unreadable}: no such file, no key in it, or one that
   *     is protected by a passphrase
   */
  public static Identity read(Path file) {
    try (IdentityText text = IdentityText.read(file)) {
      return text.identity();
    }
  }

  /**
   * @param where for messages
   */
  static Identity parse(SecretBytes secret, String where) {
    byte[] bytes = secret.bytes();
    if (Age.looksEncrypted(bytes)) {
      throw VaultProblems.identityUnreadable(
          where, "the identity file is itself encrypted, and a passphrase must open it first");
    }
    char[] text = new char[bytes.length];
    try {
      for (int i = 0; i < bytes.length; i++) {
        text[i] = (char) (bytes[i] & 0xff);
      }
      return new Identity(readers(text, where));
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private static List<RecipientStanzaReader> readers(char[] text, String where) {
    List<RecipientStanzaReader> readers = new ArrayList<>();
    int start = 0;
    int number = 0;
    while (start < text.length) {
      int end = start;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      number++;
      int last = end;
      while (last > start && Character.isWhitespace(text[last - 1])) {
        last--;
      }
      if (last > start && text[start] != '#') {
        readers.add(reader(CharBuffer.wrap(text, start, last - start), number, where));
      }
      start = end + 1;
    }
    if (readers.isEmpty()) {
      throw VaultProblems.identityUnreadable(where, "there is no age secret key in it");
    }
    return readers;
  }

  private static RecipientStanzaReader reader(CharSequence line, int number, String where) {
    try {
      return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line);
    } catch (GeneralSecurityException | RuntimeException malformed) {
      // The library's message may repeat the key.
      throw VaultProblems.identityUnreadable(where, "line " + number + " is not an age secret key");
    }
  }

  /**
   * What was encrypted for one of its recipients, by {@link Vault#seal} or by {@code age}.
   *
   * @param where for messages
   * @return the caller closes it
   * @throws ProblemException {@code not-for-this-identity}, also for what is damaged
   */
  public SecretBytes open(byte[] sealed, String where) {
    for (RecipientStanzaReader reader : readers) {
      try {
        return Age.decrypt(sealed, reader);
      } catch (GeneralSecurityException | IOException notThisOne) {
        // Another key of the same identity may open it. The library's message is not ours to show.
      }
    }
    throw new ProblemException(
        "not-for-this-identity",
        where,
        "this identity does not open it",
        "name another one with --identity; it was encrypted for the vault's recipients of its day");
  }

  List<RecipientStanzaReader> readers() {
    return readers;
  }

  @Override
  public String toString() {
    return "***";
  }
}
