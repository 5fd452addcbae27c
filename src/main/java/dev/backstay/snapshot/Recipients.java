package dev.backstay.snapshot;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Who can decrypt: native age keys, sorted, each once.
 *
 * @param lines {@code age1…}
 */
record Recipients(List<String> lines) {
  private static final String SECRET_PREFIX = "AGE-SECRET-KEY-";

  Recipients {
    lines = List.copyOf(new TreeSet<>(lines));
  }

  /**
   * @param where for messages
   * @throws dev.backstay.problem.ProblemException {@code recipient-invalid}; the text that was
   *     given is not repeated, for people paste the wrong half
   */
  static Recipients of(Collection<String> lines, String where) {
    int number = 0;
    for (String line : lines) {
      number++;
      if (line.toUpperCase(Locale.ROOT).startsWith(SECRET_PREFIX)) {
        throw VaultProblems.recipientInvalid(
            where, "recipient " + number + " is a secret key, which must not stand here");
      }
      writer(line, "recipient " + number, where);
    }
    if (number == 0) {
      throw VaultProblems.recipientInvalid(where, "there is no recipient, so nobody could decrypt");
    }
    return new Recipients(List.copyOf(lines));
  }

  /** The file {@code recipients} of the vault, as {@code age -R} reads it. */
  static Recipients parse(String text, String where) {
    return of(text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList(), where);
  }

  String text() {
    return String.join("\n", lines) + "\n";
  }

  List<RecipientStanzaWriter> writers() {
    List<RecipientStanzaWriter> writers = new ArrayList<>();
    for (String line : lines) {
      writers.add(writer(line, line, ""));
    }
    return writers;
  }

  private static RecipientStanzaWriter writer(String line, String noun, String where) {
    try {
      return X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(line);
    } catch (GeneralSecurityException | RuntimeException malformed) {
      throw VaultProblems.recipientInvalid(where, noun + " is not an age1… public key");
    }
  }
}
