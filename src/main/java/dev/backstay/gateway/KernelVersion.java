package dev.backstay.gateway;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The version of a kernel as its authors count it. Distributions name a release after the first
 * version of its line: {@code 6.1.0-18-amd64} may be 6.1.76.
 */
public final class KernelVersion {
  /** Debian's own version of the package, whose first part is the kernel's. */
  private static final Pattern DEBIAN = Pattern.compile(" Debian ([0-9]+\\.[0-9]+\\.[0-9]+)");

  /** Ubuntu's signature: its own version, and the kernel's. */
  private static final Pattern UBUNTU = Pattern.compile("^Ubuntu \\S+ ([0-9]+\\.[0-9]+\\.[0-9]+)$");

  /** A last number of zero may be a whole line. */
  private static final Pattern RELEASE =
      Pattern.compile("^([0-9]+\\.[0-9]+\\.[1-9][0-9]*)(?![0-9])");

  private KernelVersion() {}

  /**
   * @param release as {@code uname -r}
   * @param build as /proc/version; may be empty
   * @param signature as /proc/version_signature; may be empty
   */
  static Optional<String> of(String release, String build, String signature) {
    return Stream.of(first(UBUNTU, signature), first(DEBIAN, build), ofRelease(release))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Of a kernel that does not run, from its release alone. */
  public static Optional<String> ofRelease(String release) {
    return first(RELEASE, release);
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }
}
