package dev.backstay.playbook;

import dev.backstay.document.Fields;
import dev.backstay.document.Problems;
import dev.backstay.document.Reading;
import dev.backstay.document.Shape;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code kernel} in the section {@code change} of a playbook. Stateless. */
final class KernelReader {
  static final Shape KERNEL = Shape.of("kernel", "release", "packages");

  /** It becomes a word of GRUB's menu and of a path; begins so that it is never an option. */
  private static final Reading<String> RELEASE =
      Reading.text("the release of a kernel, as uname -r says it", "[A-Za-z0-9][A-Za-z0-9._+~-]*");

  /** Debian's naming: the package of a kernel carries the release in its name. */
  private static final Pattern IMAGE = Pattern.compile("linux-image-([0-9].*?)(-unsigned)?");

  private KernelReader() {}

  static Optional<Change.Kernel> read(Fields kernel, Problems problems) {
    Map<String, String> packages =
        kernel.optional("packages", ChangeReader::packages).orElse(Map.of());
    Optional<String> release =
        kernel
            .optional("release", RELEASE)
            .or(() ->
                packages.keySet().stream()
                    .map(IMAGE::matcher)
                    .filter(Matcher::matches)
                    .map(image -> image.group(1))
                    .findFirst());
    if (release.isEmpty() && kernel.node("release").isEmpty()) {
      problems.add(
          Reading.CODE,
          kernel.position(),
          "no package here is named linux-image-RELEASE, so it is not clear which kernel is to run.",
          "say it: `release: 6.1.0-28-amd64`, as `uname -r` would.");
    }
    return release.map(name -> new Change.Kernel(name, packages));
  }
}
