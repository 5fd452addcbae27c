package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.wireguard.PrivateKey;
import dev.backstay.wireguard.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * WireGuard's keys in a snapshot: {@code keys/PUBLIC.private} and {@code keys/PUBLIC.preshared},
 * named by the public key in base64 with {@code _} for {@code /} and {@code -} for {@code +}. So a
 * key keeps its name when its interface is renamed, and a key can be checked against its name: what
 * comes back must make the public key that the peers know.
 */
final class StoredKeys {
  private static final String FOLDER = "keys/";
  private static final String PRIVATE = ".private";

  private StoredKeys() {}

  /** Where the private key lies that makes a public key. */
  static String pathOf(String publicKey) {
    return FOLDER + publicKey.replace('/', '_').replace('+', '-') + PRIVATE;
  }

  /** What is wrong with a file, if it is a private key. */
  static Optional<Problem> wrong(String gateway, String path, SecretBytes content) {
    if (!path.startsWith(FOLDER) || !path.endsWith(PRIVATE)) {
      return Optional.empty();
    }
    Optional<PrivateKey> key = PrivateKey.parse(content.bytes());
    if (key.isEmpty()) {
      return Optional.of(VaultProblems.keyMismatch(gateway, path, "it is no key of WireGuard"));
    }
    try (PrivateKey known = key.get()) {
      PublicKey makes = known.publicKey();
      return pathOf(makes.base64()).equals(path)
          ? Optional.empty()
          : Optional.of(VaultProblems.keyMismatch(gateway, path, "it makes " + makes));
    }
  }

  /** Interfaces whose private key is not in the snapshot. */
  static List<Problem> missing(Manifest manifest) {
    List<Problem> missing = new ArrayList<>();
    manifest
        .facts()
        .publicKeys()
        .forEach((name, key) -> {
          if (!manifest.files().containsKey(pathOf(key))) {
            missing.add(
                VaultProblems.keyMismatch(
                    manifest.gateway(),
                    pathOf(key),
                    "it is not there, and interface %s is known by it".formatted(name)));
          }
        });
    return missing;
  }
}
