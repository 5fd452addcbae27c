package dev.backstay.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@link Facts} as lines of words: a keyword and its values. Both the manifest and the gateway's
 * program {@code capture} write them so, apart from what stands between the words.
 */
final class FactWords {
  private String kernel = "";
  private String module = "";
  private final SortedMap<String, String> packages = new TreeMap<>();
  private final SortedSet<String> holds = new TreeSet<>();
  private final SortedMap<String, String> publicKeys = new TreeMap<>();
  private final SortedMap<String, String> implementations = new TreeMap<>();

  static List<List<String>> of(Facts facts) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("kernel", facts.kernel()));
    facts.packages().forEach((name, version) -> lines.add(List.of("package", name, version)));
    facts.holds().forEach(name -> lines.add(List.of("hold", name)));
    if (!facts.module().isEmpty()) {
      lines.add(List.of("module", facts.module()));
    }
    facts.publicKeys().forEach((name, key) -> lines.add(List.of("public-key", name, key)));
    facts
        .implementations()
        .forEach((name, program) -> lines.add(List.of("implementation", name, program)));
    return lines;
  }

  /** Whether this is a line of facts; it is taken then. */
  boolean take(String... words) {
    switch (words[0] + "/" + (words.length - 1)) {
      case "kernel/1" -> kernel = words[1];
      case "module/1" -> module = words[1];
      case "package/2" -> packages.put(words[1], words[2]);
      case "hold/1" -> holds.add(words[1]);
      case "public-key/2" -> publicKeys.put(words[1], words[2]);
      case "implementation/2" -> implementations.put(words[1], words[2]);
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * What all lines have said.
   *
   * @throws dev.backstay.problem.ProblemException {@code capture-invalid}
   */
  Facts facts() {
    return new Facts(kernel, packages, holds, module, publicKeys, implementations);
  }
}
