package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * Whose commits are believed: the working directory's own list, in the format of OpenSSH's allowed
 * signers. A copy of it travels in the vault for {@code git log --show-signature}; that copy proves
 * nothing to this controller, for whoever can rewrite the repository can rewrite it too.
 *
 * @param text the file as it is
 * @param signers in the order of the file
 */
record AllowedSigners(String text, List<Signer> signers) {
  /**
   * @param name the first word of the line
   * @param key in SSH's wire format
   */
  record Signer(String name, byte[] key) {}

  private static final byte[] SIGNATURE_HEADER = "gpgsig".getBytes(StandardCharsets.US_ASCII);
  // Options such as valid-before are refused rather than ignored.
  private static final Pattern LINE =
      Pattern.compile(
          "(?<name>\\S+) namespaces=\"git\" ssh-ed25519 (?<key>[A-Za-z0-9+/=]+)(?: .*)?");

  static String lineOf(SigningKey key) throws IOException {
    return "backstay namespaces=\"git\" " + key.publicLine() + "\n";
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code signing-key-unreadable}
   */
  static AllowedSigners read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw VaultProblems.signingKeyUnreadable(file, "the list of allowed signers is missing");
    }
    String text = Files.readString(file);
    List<Signer> signers = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        signers.add(signerOn(line, file));
      }
    }
    return new AllowedSigners(text, List.copyOf(signers));
  }

  private static Signer signerOn(String line, Path file) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw VaultProblems.signingKeyUnreadable(
          file, "a line is not of the form: name namespaces=\"git\" ssh-ed25519 KEY");
    }
    try {
      return new Signer(matcher.group("name"), Base64.getDecoder().decode(matcher.group("key")));
    } catch (IllegalArgumentException malformed) {
      throw VaultProblems.signingKeyUnreadable(file, "a key is not base64");
    }
  }

  /** The name of who signed these bytes of a commit; empty if it is nobody of this list. */
  Optional<String> nameOf(byte[] commit) throws IOException {
    return switch (check(commit)) {
      case Check.By(String name) -> Optional.of(name);
      case Check.Not not -> Optional.empty();
    };
  }

  /**
   * Returns if one of the keys signed these bytes of a commit.
   *
   * @throws dev.backstay.problem.ProblemException {@code signature-invalid}
   */
  void require(byte[] commit, String id, Path repository) throws IOException {
    if (check(commit) instanceof Check.Not(String why)) {
      throw VaultProblems.signatureInvalid(repository, id, why);
    }
  }

  /** Who signed, or why nobody did. */
  private sealed interface Check {
    record By(String name) implements Check {}

    record Not(String why) implements Check {}
  }

  private Check check(byte[] commit) throws IOException {
    int value = RawParseUtils.headerStart(SIGNATURE_HEADER, commit, 0);
    if (value < 0) {
      return new Check.Not("it is not signed");
    }
    int start = value - SIGNATURE_HEADER.length - 1;
    int end = RawParseUtils.nextLfSkippingSplitLines(commit, value) + 1;
    String folded = new String(commit, value, end - value, StandardCharsets.US_ASCII);
    Optional<SshSignature> signature = SshSignature.parse(folded.replace("\n ", "\n"));
    if (signature.isEmpty()) {
      return new Check.Not("its signature is not an SSH signature by an Ed25519 key");
    }
    Optional<Signer> signer =
        signers.stream()
            .filter(one -> MessageDigest.isEqual(one.key(), signature.get().publicKey()))
            .findFirst();
    if (signer.isEmpty()) {
      return new Check.Not("its signer is not an allowed one");
    }
    byte[] payload = new byte[commit.length - (end - start)];
    System.arraycopy(commit, 0, payload, 0, start);
    System.arraycopy(commit, end, payload, start, commit.length - end);
    return signature.get().verifies(payload)
        ? new Check.By(signer.get().name())
        : new Check.Not("its signature does not fit it");
  }
}
