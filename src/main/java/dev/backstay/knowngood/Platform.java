package dev.backstay.knowngood;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What gateways have in common on which the same versions can be expected to work.
 *
 * @param os and its version, such as {@code debian-12}
 * @param kernel the line of it, such as {@code 6.12}
 * @param architecture as {@code uname -m}
 * @param wireguard {@code in-tree}, {@code dkms}, {@code userspace} or {@code none}
 */
public record Platform(String os, String kernel, String architecture, String wireguard)
    implements Comparable<Platform> {
  private static final Pattern KERNEL = Pattern.compile("([0-9]+\\.[0-9]+).*");

  /** Of what a gateway told; empty if it did not tell enough. */
  public static Optional<Platform> of(
      String os, String release, String architecture, String wireguard) {
    Matcher line = KERNEL.matcher(release);
    boolean told = !os.isBlank() && !architecture.isBlank() && !wireguard.isBlank();
    return told && line.matches()
        ? Optional.of(new Platform(os, line.group(1), architecture, wireguard))
        : Optional.empty();
  }

  /** As its file calls it: {@code debian-12/6.12/x86_64/dkms}. */
  public String key() {
    return String.join("/", os, kernel, architecture, wireguard);
  }

  /** Empty if it is none. */
  static Optional<Platform> parse(String key) {
    String[] parts = key.split("/", -1);
    return parts.length == 4 && KERNEL.matcher(parts[1]).matches()
        ? Optional.of(new Platform(parts[0], parts[1], parts[2], parts[3]))
        : Optional.empty();
  }

  @Override
  public int compareTo(Platform other) {
    return key().compareTo(other.key());
  }
}
