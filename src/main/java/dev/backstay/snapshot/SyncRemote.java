package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Makes main at the remote what it is here: pushes, and where another controller was faster,
 * fetches what it wrote, joins both, and pushes again. One process at a time.
 */
final class SyncRemote {
  /** Several controllers that write all the time still meet each other less often. */
  private static final int TRIES = 5;

  private static final Duration TURN_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(60);

  private final VaultPlace place;
  private final Clock clock;
  private final Supplier<Connector> ssh;

  SyncRemote(VaultPlace place, Clock clock, Supplier<Connector> ssh) {
    this.place = place;
    this.clock = clock;
    this.ssh = ssh;
  }

  /**
   * @param patience for the connection, and for each answer
   * @throws ProblemException {@code remote-none}, {@code remote-unreachable}, {@code
   *     remote-refused}, {@code remote-moved}, {@code remote-not-believed}, {@code vault-diverged},
   *     {@code vault-foreign}, what an SSH connection can fail with, and what {@link Branch#tip}
   *     can; that the push is pending has been noted
   */
  Synced sync(Duration patience) throws IOException {
    try (VaultLock turn = VaultLock.acquire(place.remoteLock(), TURN_LIMIT);
        VaultRepository repository = VaultRepository.open(place.repository())) {
      RemoteSettings settings =
          RemoteSettings.read(repository)
              .orElseThrow(() -> VaultProblems.remoteNone(place.repository()));
      try {
        Synced done = new Attempt(repository, settings, patience).run();
        PushPending.done(place.pushPending());
        return done;
      } catch (ProblemException failed) {
        note(sentence(failed.problems().getFirst()));
        throw failed;
      } catch (IOException | RuntimeException failed) {
        note(failed.getClass().getSimpleName());
        throw failed;
      }
    }
  }

  private void note(String error) throws IOException {
    PushPending.failed(place.pushPending(), clock.instant(), error);
  }

  private static String sentence(Problem problem) {
    return problem.code() + ": " + problem.what();
  }

  private final class Attempt {
    private final VaultRepository repository;
    private final RemoteSettings settings;
    private final Duration patience;
    private final Branch branch;
    private final List<String> decisions = new ArrayList<>();
    private int received;

    Attempt(VaultRepository repository, RemoteSettings settings, Duration patience)
        throws IOException {
      this.repository = repository;
      this.settings = settings;
      this.patience = patience;
      this.branch = Branch.of(repository, place);
    }

    Synced run() throws IOException {
      Optional<ObjectId> lease = Optional.empty();
      for (int i = 0; i < TRIES; i++) {
        try (RemoteLink link = new RemoteLink(repository, settings, ssh, patience)) {
          Optional<ObjectId> seen = repository.remoteTip();
          ObjectId ours = branch.tip();
          switch (link.push(ours, lease)) {
            case RemoteLink.Answer.Accepted() -> {
              return new Synced(link.url(), ours.name(), sent(seen, ours), received, decisions);
            }
            case RemoteLink.Answer.Moved() -> lease = fetchAndJoin(link, seen);
          }
        }
      }
      throw VaultProblems.remoteMoved(settings.url().text(), TRIES);
    }

    private int sent(Optional<ObjectId> seen, ObjectId ours) throws IOException {
      List<ObjectId> known = new ArrayList<>();
      for (ObjectId one : seen.stream().toList()) {
        if (repository.has(one)) {
          known.add(one);
        }
      }
      return repository.between(known, ours).size();
    }

    private Optional<ObjectId> fetchAndJoin(RemoteLink link, Optional<ObjectId> seen)
        throws IOException {
      Optional<ObjectId> theirs = link.fetch();
      if (theirs.isEmpty()) {
        return Optional.empty();
      }
      try (VaultLock writing = VaultLock.acquire(place.lock(), LOCK_LIMIT)) {
        Reconcile.Joined joined =
            new Reconcile(place, repository, link.url(), clock).join(theirs.get(), seen);
        received += joined.received();
        decisions.addAll(joined.decisions());
        return joined.lease();
      }
    }
  }
}
