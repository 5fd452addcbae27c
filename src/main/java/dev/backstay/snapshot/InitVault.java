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
import java.util.List;
import java.util.Optional;
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
            Recipients.of(given.recipients(), "");
            yield Optional.empty();
          }
          case Keyholders.NewIdentity(Path file) -> Optional.of(file);
        };
    requireNothingThere(newIdentity);
    PrivateFile.folder(place.secrets());
    VaultLock.acquire(place.lock(), Duration.ofSeconds(1)).close();
    DigestKey.create(place.digestKey(), random).close();
    SigningKey signingKey = SigningKey.create(place.signingKey(), random);
    String signers = AllowedSigners.lineOf(signingKey);
    PrivateFile.create(place.allowedSigners(), signers.getBytes(StandardCharsets.US_ASCII));
    Recipients recipients =
        switch (keyholders) {
          case Keyholders.Recipients given -> Recipients.of(given.recipients(), "");
          case Keyholders.NewIdentity(Path file) ->
              Recipients.of(List.of(NewIdentity.write(file, clock.instant())), "");
        };
    ObjectId commit = firstCommit(signingKey, signers, recipients);
    return new Created(commit.name(), recipients.lines(), newIdentity, signingKey.publicLine());
  }

  private void requireNothingThere(Optional<Path> newIdentity) throws IOException {
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

  private ObjectId firstCommit(SigningKey signingKey, String signers, Recipients recipients)
      throws IOException {
    try (VaultRepository repository = VaultRepository.create(place.repository());
        ObjectInserter inserter = repository.inserter()) {
      VaultTree tree =
          VaultTree.empty(repository)
              .withText(VaultTree.README, Readme.TEXT, inserter)
              .withText(VaultTree.RECIPIENTS, recipients.text(), inserter)
              .withText(VaultTree.ALLOWED_SIGNERS, signers, inserter);
      ObjectId commit =
          new WriteCommit(signingKey, clock)
              .write(tree, ObjectId.zeroId(), "A new vault", inserter);
      if (!repository.publish(ObjectId.zeroId(), commit)) {
        throw VaultProblems.moved(place.repository());
      }
      return commit;
    }
  }
}
