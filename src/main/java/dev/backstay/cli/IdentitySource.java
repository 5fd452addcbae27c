package dev.backstay.cli;

import dev.backstay.hsm.TokenUri;
import java.nio.file.Path;
import java.util.Locale;

/** Where an identity comes from, as {@code --identity} and {@code BACKSTAY_IDENTITY} say it. */
sealed interface IdentitySource {
  /** As {@code age-keygen} or {@code age -p} writes it. */
  record InFile(Path file) implements IdentitySource {}

  /** A person pastes the secret key. */
  record Prompt() implements IdentitySource {}

  /** The vault's own, opened by a passphrase. */
  record OfPassphrase(String name) implements IdentitySource {}

  /** What the parent process has opened. */
  record InDescriptor(int number) implements IdentitySource {}

  /** Of systemd. */
  record Credential(String name) implements IdentitySource {}

  /** A key on a token unwraps it. */
  record OnToken(TokenUri uri) implements IdentitySource {}

  /**
   * @throws dev.backstay.problem.ProblemException {@code identity-source-invalid}, {@code
   *     identity-in-the-open}, {@code token-uri-invalid}
   */
  static IdentitySource parse(String text) {
    if (text.toUpperCase(Locale.ROOT).contains("AGE-SECRET-KEY-")) {
      throw IdentityProblems.isTheSecretItself();
    }
    if (text.equals("prompt")) {
      return new Prompt();
    }
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "passphrase" -> new OfPassphrase(required(rest, "passphrase:NAME"));
      case "fd" -> new InDescriptor(number(rest, "fd:N"));
      case "credential" -> new Credential(required(rest, "credential:NAME"));
      case "pkcs11" -> new OnToken(TokenUri.parse(text));
      default -> new InFile(Path.of(required(text, "FILE")));
    };
  }

  private static String required(String text, String form) {
    if (text.isBlank()) {
      throw IdentityProblems.sourceInvalid("something is missing in " + form);
    }
    return text;
  }

  /**
   * @param what that should be a file descriptor's number
   */
  static int number(String text, String what) {
    if (!text.matches("[0-9]{1,6}")) {
      throw IdentityProblems.sourceInvalid(what + " needs the number of a file descriptor");
    }
    return Integer.parseInt(text);
  }
}
