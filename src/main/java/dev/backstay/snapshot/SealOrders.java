package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a gateway must know to encrypt for the vault by itself: for whom, the key of its own
 * digests, and what the vault has of it already. Written as the program {@code capture sealed}
 * reads it.
 */
final class SealOrders {
  private final VaultPlace place;
  private final SecureRandom random;

  SealOrders(VaultPlace place, SecureRandom random) {
    this.place = place;
    this.random = random;
  }

  /** To be wiped by the caller. */
  byte[] forGateway(String gateway) throws IOException {
    ManifestWords.requireGateway(gateway);
    Optional<DigestKey> known = DigestKey.read(place.digestKey());
    try (DigestKey digests =
            known.isPresent() ? known.get() : DigestKey.create(place.digestKey(), random);
        VaultRepository repository = VaultRepository.open(place.repository())) {
      VaultTree tree = VaultTree.of(repository, Branch.of(repository, place).tip());
      StringBuilder text = new StringBuilder("sealed\t1\n");
      Recipients recipients = tree.recipients();
      recipients.lines().forEach(line -> text.append("recipient\t").append(line).append('\n'));
      tree.manifest(gateway)
          .filter(manifest -> manifest.recipients().equals(recipients.lines()))
          .filter(manifest -> manifest.digestKey().equals(digests.name()))
          .ifPresent(manifest ->
              manifest
                  .files()
                  .forEach((path, file) -> {
                    if (repository.intact(file.blob())) {
                      text.append("known\t%s\t%s\n".formatted(file.digest(), path));
                    }
                  }));
      return withKey(digests.ofGateway(gateway), text.toString());
    }
  }

  /** The key never becomes a string. */
  private static byte[] withKey(byte[] key, String text) {
    byte[] open = text.getBytes(StandardCharsets.UTF_8);
    byte[] word = "digest-key\t".getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\nend\n".getBytes(StandardCharsets.US_ASCII);
    byte[] orders = new byte[open.length + word.length + 2 * key.length + end.length];
    System.arraycopy(open, 0, orders, 0, open.length);
    System.arraycopy(word, 0, orders, open.length, word.length);
    int at = open.length + word.length;
    for (byte b : key) {
      orders[at++] = (byte) Character.forDigit(b >> 4 & 0xf, 16);
      orders[at++] = (byte) Character.forDigit(b & 0xf, 16);
    }
    System.arraycopy(end, 0, orders, at, end.length);
    Arrays.fill(key, (byte) 0);
    return orders;
  }
}
