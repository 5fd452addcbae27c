package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/** Makes a vault where there is none. */
final class InitVault {
  private final VaultPlace place;
  private final Clock clock;
  private final SecureRandom random;

  InitVault(VaultPlace place, Clock clock, SecureRandom random) {
    this.place = place;
    this.clock = clock;
    this.random = random;
  }

  Created init(Keyholders keyholders) throws IOException {
    Optional<Path> newIdentity =
        switch (keyholders) {
          case Keyholders.Recipients given -> {
            requireRecipients(given);
            yield Optional.empty();
          }
          case Keyholders.NewIdentity(Path file) -> Optional.of(file);
        };
    requireNothingThere(place, newIdentity);
    // Before anything is written, for it takes seconds.
    List<NewPassphrase.Sealed> passphrases = sealed(keyholders);
    PrivateFile.folder(place.secrets());
    VaultLock.acquire(place.lock(), Duration.ofSeconds(1)).close();
    DigestKey.create(place.digestKey(), random).close();
    SigningKey signingKey = SigningKey.create(place.signingKey(), random);
    String signers = AllowedSigners.lineOf(signingKey);
    PrivateFile.create(place.allowedSigners(), signers.getBytes(StandardCharsets.US_ASCII));
    List<String> recipients =
        switch (keyholders) {
          case Keyholders.Recipients given -> given.recipients();
          case Keyholders.NewIdentity(Path file) ->
              List.of(NewIdentity.write(file, clock.instant()));
        };
    return first(signingKey, signers, recipients, passphrases, newIdentity);
  }

  private static void requireRecipients(Keyholders.Recipients given) {
    if (given.passphrases().isEmpty() || !given.recipients().isEmpty()) {
      Recipients.of(given.recipients(), "");
    }
    Set<String> names = new HashSet<>();
    for (NewPassphrase passphrase : given.passphrases()) {
      if (!names.add(passphrase.name())) {
        throw VaultProblems.passphraseExists(passphrase.name());
      }
    }
  }

  private List<NewPassphrase.Sealed> sealed(Keyholders keyholders) throws IOException {
    List<NewPassphrase> passphrases =
        switch (keyholders) {
          case Keyholders.Recipients given -> given.passphrases();
          case Keyholders.NewIdentity _ -> List.of();
        };
    List<NewPassphrase.Sealed> sealed = new ArrayList<>();
    for (NewPassphrase passphrase : passphrases) {
      sealed.add(passphrase.seal(clock.instant(), random));
    }
    return sealed;
  }

  static void requireNothingThere(VaultPlace place, Optional<Path> newIdentity) throws IOException {
    List<Problem> problems = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    files.add(place.digestKey());
    files.add(place.signingKey());
    files.add(place.allowedSigners());
    newIdentity.ifPresent(files::add);
    for (Path file : files) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        problems.add(VaultProblems.notEmpty(file));
      }
    }
    if (!emptyOrMissing(place.repository())) {
      problems.add(VaultProblems.notEmpty(place.repository()));
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  private static boolean emptyOrMissing(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return !Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.findAny().isEmpty();
    }
  }

  private Created first(
      SigningKey signingKey,
      String signers,
      List<String> recipients,
      List<NewPassphrase.Sealed> passphrases,
      Optional<Path> newIdentity)
      throws IOException {
    List<String> lines = new ArrayList<>(recipients);
    passphrases.forEach(passphrase -> lines.add(passphrase.recipient()));
    try (VaultRepository repository = VaultRepository.create(place.repository());
        ObjectInserter inserter = repository.inserter()) {
      Holders holders = new Holders(Recipients.of(lines, ""), new TreeMap<>());
      for (NewPassphrase.Sealed passphrase : passphrases) {
        holders = holders.withPassphrase(passphrase, inserter);
      }
      VaultTree tree =
          holders
              .into(VaultTree.empty(repository), inserter)
              .withText(VaultTree.README, Readme.TEXT, inserter)
              .withText(VaultTree.ALLOWED_SIGNERS, signers, inserter);
      ObjectId commit =
          new WriteCommit(signingKey, clock)
              .write(tree, ObjectId.zeroId(), "A new vault", inserter);
      if (!repository.publish(ObjectId.zeroId(), commit)) {
        throw VaultProblems.moved(place.repository());
      }
      return new Created(
          commit.name(), holders.recipients().lines(), newIdentity, signingKey.publicLine());
    }
  }
}
