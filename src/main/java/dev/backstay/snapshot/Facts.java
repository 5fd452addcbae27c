package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.util.Base64;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What may be known by everyone who can read the repository. It stands in clear text in the
 * manifest, so never put a secret here; a private WireGuard key looks just like a public one.
 *
 * @param kernel the running release, {@code uname -r}
 * @param packages name to exact version, of the packages that WireGuard is made of
 * @param holds those of them that the package manager must not change
 * @param module the {@code srcversion} of the loaded WireGuard module; empty for none
 * @param publicKeys interface to its WireGuard public key in base64
 * @param implementations interface to what runs it: {@code kernel} or the name of a program
 */
public record Facts(
    String kernel,
    SortedMap<String, String> packages,
    SortedSet<String> holds,
    String module,
    SortedMap<String, String> publicKeys,
    SortedMap<String, String> implementations) {
  private static final int KEY_BYTES = 32;

  /**
   * @throws ProblemException {@code capture-invalid}: a value would not fit on its line of the
   *     manifest, or a public key is not 32 bytes of base64
   */
  public Facts {
    ManifestWords.requireWord("the kernel release", kernel);
    packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    holds = Collections.unmodifiableSortedSet(new TreeSet<>(holds));
    publicKeys = Collections.unmodifiableSortedMap(new TreeMap<>(publicKeys));
    implementations = Collections.unmodifiableSortedMap(new TreeMap<>(implementations));
    packages.forEach((name, version) -> {
      ManifestWords.requireWord("the name of a package", name);
      ManifestWords.requireWord("the version of a package", version);
    });
    holds.forEach(name -> ManifestWords.requireWord("the name of a package", name));
    if (!module.isEmpty()) {
      ManifestWords.requireWord("the module's srcversion", module);
    }
    publicKeys.forEach((name, key) -> {
      ManifestWords.requireWord("the name of an interface", name);
      requirePublicKey(key);
    });
    implementations.forEach((name, program) -> {
      ManifestWords.requireWord("the name of an interface", name);
      ManifestWords.requireWord("the implementation of an interface", program);
    });
  }

  /** Of a gateway on which nothing but a kernel is known. */
  public static Facts ofKernel(String release) {
    return new Facts(
        release, new TreeMap<>(), new TreeSet<>(), "", new TreeMap<>(), new TreeMap<>());
  }

  /**
   * Reads what the program {@code capture} calls {@code public}: a keyword and its values a line,
   * separated by tabs.
   *
   * @throws ProblemException {@code capture-invalid}
   */
  static Facts parse(String text) {
    FactWords words = new FactWords();
    for (String line : text.lines().toList()) {
      if (!words.take(line.split("\t", -1))) {
        throw VaultProblems.captureInvalid("its public part is not understood");
      }
    }
    return words.facts();
  }

  private static void requirePublicKey(String key) {
    boolean fits;
    try {
      byte[] bytes = Base64.getDecoder().decode(key);
      fits = bytes.length == KEY_BYTES && Base64.getEncoder().encodeToString(bytes).equals(key);
    } catch (IllegalArgumentException malformed) {
      fits = false;
    }
    if (!fits) {
      // Not echoed: what is in the wrong place may be a secret.
      throw VaultProblems.captureInvalid("a public key is not 32 bytes in base64");
    }
  }
}
