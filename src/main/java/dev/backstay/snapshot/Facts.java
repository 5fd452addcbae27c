package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.util.Base64;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What may be known by everyone who can read the repository. It stands in clear text in the
 * manifest, so never put a secret here; a private WireGuard key looks just like a public one.
 *
 * @param kernel the running release, {@code uname -r}
 * @param packages name to exact version
 * @param publicKeys interface to its WireGuard public key in base64
 */
public record Facts(
    String kernel, SortedMap<String, String> packages, SortedMap<String, String> publicKeys) {
  private static final int KEY_BYTES = 32;

  /**
   * @throws ProblemException {@code capture-invalid}: a value would not fit on its line of the
   *     manifest, or a public key is not 32 bytes of base64
   */
  public Facts {
    ManifestWords.requireWord("the kernel release", kernel);
    packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    publicKeys = Collections.unmodifiableSortedMap(new TreeMap<>(publicKeys));
    packages.forEach((name, version) -> {
      ManifestWords.requireWord("the name of a package", name);
      ManifestWords.requireWord("the version of a package", version);
    });
    publicKeys.forEach((name, key) -> {
      ManifestWords.requireWord("the name of an interface", name);
      requirePublicKey(key);
    });
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
