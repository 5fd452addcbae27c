package dev.backstay.hsm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Names one secret key on one token, as RFC 7512 does: {@code
 * pkcs11:token=…;object=…?module-path=…}. What it does not understand it refuses, rather than name
 * another key than was meant.
 *
 * @param token what must be true of the token: any of {@code token} (its label), {@code serial},
 *     {@code model}, {@code manufacturer}; at least one
 * @param object the label of the key
 * @param module the PKCS#11 library, absolute
 * @param pinFile whose first line is the PIN; empty: ask
 */
public record TokenUri(
    Map<String, String> token, String object, Path module, Optional<Path> pinFile) {
  public static final String SCHEME = "pkcs11:";

  private static final Set<String> OF_TOKEN = Set.of("token", "serial", "model", "manufacturer");
  private static final Set<String> PATH = Set.of("object", "id", "type");
  private static final Set<String> QUERY = Set.of("module-path", "pin-source");
  private static final String ASK = "prompt";

  public TokenUri {
    token = Map.copyOf(token);
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code token-uri-invalid}; nothing of a PIN is
   *     repeated
   */
  public static TokenUri parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw TokenProblems.uriInvalid("a token's URI begins with " + SCHEME);
    }
    String rest = text.substring(SCHEME.length());
    int mark = rest.indexOf('?');
    Map<String, String> path = attributes(mark < 0 ? rest : rest.substring(0, mark), ";");
    Map<String, String> query = attributes(mark < 0 ? "" : rest.substring(mark + 1), "&");
    requireKnown(path, query);
    Map<String, String> token = new HashMap<>(path);
    token.keySet().retainAll(OF_TOKEN);
    if (token.isEmpty()) {
      throw TokenProblems.uriInvalid("it does not say which token: token=LABEL");
    }
    return new TokenUri(
        token,
        object(path),
        module(query),
        Optional.ofNullable(query.get("pin-source"))
            .filter(source -> !source.equals(ASK))
            .map(TokenUri::pinFile));
  }

  private static Map<String, String> attributes(String text, String separator) {
    Map<String, String> attributes = new HashMap<>();
    for (String pair : text.isEmpty() ? List.<String>of() : List.of(text.split(separator, -1))) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw TokenProblems.uriInvalid("every attribute of it has a name, '=' and a value");
      }
      String name = pair.substring(0, equals);
      if (attributes.put(name, decoded(pair.substring(equals + 1))) != null) {
        throw TokenProblems.uriInvalid("it says " + name + " twice");
      }
    }
    return attributes;
  }

  /** RFC 3986; not as in forms, where a plus is a space. */
  private static String decoded(String text) {
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        out.write(raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw TokenProblems.uriInvalid("after % two hexadecimal digits are expected");
      }
      out.write(high << 4 | low);
      i += 2;
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void requireKnown(Map<String, String> path, Map<String, String> query) {
    if (query.containsKey("pin-value") || path.containsKey("pin-value")) {
      throw TokenProblems.uriInvalid(
          "a PIN must not stand in a command, where everybody on this machine can read it;"
              + " say pin-source=FILE or leave it out to be asked");
    }
    if (query.containsKey("module-name")) {
      throw TokenProblems.uriInvalid("module-name is not understood; say module-path=FILE");
    }
    for (String name : path.keySet()) {
      if (!OF_TOKEN.contains(name) && !PATH.contains(name)) {
        throw TokenProblems.uriInvalid("it has an attribute that is not understood: " + name);
      }
    }
    for (String name : query.keySet()) {
      if (!QUERY.contains(name)) {
        throw TokenProblems.uriInvalid("it has an attribute that is not understood: " + name);
      }
    }
  }

  /**
   * An id beside the label may stand there, as p11tool prints it: a wrong key is noticed anyway.
   */
  private static String object(Map<String, String> path) {
    if (!path.getOrDefault("type", "secret-key").equals("secret-key")) {
      throw TokenProblems.uriInvalid("the key must be a secret-key, not a " + path.get("type"));
    }
    return Optional.ofNullable(path.get("object"))
        .orElseThrow(() ->
            TokenProblems.uriInvalid(
                "it does not say which key: object=LABEL (Java finds secret keys by label, not"
                    + " by id)"));
  }

  private static Path module(Map<String, String> query) {
    Path module =
        Optional.ofNullable(query.get("module-path"))
            .map(Path::of)
            .orElseThrow(
                () -> TokenProblems.uriInvalid("it does not say which library: ?module-path=FILE"));
    if (!module.isAbsolute()) {
      throw TokenProblems.uriInvalid("module-path must be absolute, so that no other is loaded");
    }
    return module;
  }

  private static Path pinFile(String source) {
    String file = source.startsWith("file:") ? source.substring("file:".length()) : source;
    if (file.startsWith("|")) {
      throw TokenProblems.uriInvalid("a PIN is not fetched from a program");
    }
    return Path.of(file.startsWith("//") ? file.substring("//".length()) : file);
  }

  /** For messages: {@code token=fleet}. */
  public String tokenWords() {
    return new TreeMap<>(token)
        .entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining(", "));
  }
}
