package dev.backstay.snapshot;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;

/**
 * An address that a vault may be pushed to: a folder, or {@code file}, {@code https} and {@code
 * ssh} URLs, and {@code host:path}. Never one with a password in it, for it would stand in Git's
 * configuration and in messages.
 */
record RemoteUrl(URIish uri) {
  /** As in {@code ext::sh -c …}: git would run it. */
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9+.-]+::");

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  /**
   * @throws dev.backstay.problem.ProblemException {@code remote-invalid}; the text is not repeated
   */
  static RemoteUrl parse(String text) {
    if (HELPER.matcher(text).lookingAt()) {
      throw VaultProblems.remoteInvalid("it names a program of git's that is to be run");
    }
    URIish uri;
    try {
      uri = new URIish(text);
    } catch (URISyntaxException malformed) {
      throw VaultProblems.remoteInvalid("it is no address");
    }
    if (Optional.ofNullable(uri.getPass()).isPresent()) {
      throw VaultProblems.remoteInvalid(
          "there is a password in it, which everybody would see; put it into ~/.netrc");
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    String host = Optional.ofNullable(uri.getHost()).orElse("");
    boolean fits =
        switch (scheme) {
          case "" -> host.isEmpty() || !host.startsWith("-");
          case "file" -> true;
          case "ssh", "https" -> !host.isEmpty() && !host.startsWith("-");
          // Without TLS only to where nobody can listen.
          case "http" -> LOOPBACK.contains(host);
          default -> false;
        };
    if (!fits) {
      throw VaultProblems.remoteInvalid("it is not an address of a kind that is known");
    }
    boolean folder = scheme.isEmpty() && host.isEmpty();
    return new RemoteUrl(folder ? uri.setPath(absolute(text)) : uri);
  }

  private static String absolute(String folder) {
    return Path.of(folder).toAbsolutePath().normalize().toString();
  }

  /** Empty if it is on another machine. */
  Optional<Path> folder() {
    boolean here = Optional.ofNullable(uri.getHost()).orElse("").isEmpty();
    return here ? Optional.ofNullable(uri.getPath()).map(Path::of) : Optional.empty();
  }

  /** As Git's configuration and people read it. */
  String text() {
    return uri.toString();
  }
}
