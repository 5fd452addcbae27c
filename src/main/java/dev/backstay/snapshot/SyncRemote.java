package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import java.io.IOException;
import java.nio.file.Path;
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

  /** Git holds the lock of a branch for milliseconds; all tries together outlast this. */
  private static final Duration LOCKED_PAUSE = Duration.ofMillis(600);

  private static final Duration LIVING_LOCK = Duration.ofSeconds(2);

  private static final Duration TURN_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(60);

  private final VaultPlace place;
  private final Clock clock;
  private final Supplier<Connector> ssh;
  private final Notices notices;

  SyncRemote(VaultPlace place, Clock clock, Supplier<Connector> ssh, Notices notices) {
    this.place = place;
    this.clock = clock;
    this.ssh = ssh;
    this.notices = notices;
  }

  /**
   * @param patience for the connection, and for each answer
   * @throws ProblemException {@code remote-none}, {@code remote-unreachable}, {@code
   *     remote-refused}, {@code remote-moved}, {@code remote-locked}, {@code remote-not-believed},
   *     {@code vault-diverged}, {@code vault-foreign}, what an SSH connection can fail with, and
   *     what {@link Branch#tip} can; that the push is pending has been noted
   */
  Synced sync(Duration patience) throws IOException {
    try (VaultLock turn = VaultLock.acquire(place.remoteLock(), TURN_LIMIT);
        VaultRepository repository = VaultRepository.open(place.repository())) {
      RemoteSettings settings =
          RemoteSettings.read(repository)
              .orElseThrow(() -> VaultProblems.remoteNone(place.repository()));
      try {
        Synced done = new Attempt(repository, settings, patience, turn).run();
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
    private final VaultLock turn;
    private final Branch branch;
    private final List<String> decisions = new ArrayList<>();
    private int received;

    Attempt(VaultRepository repository, RemoteSettings settings, Duration patience, VaultLock turn)
        throws IOException {
      this.repository = repository;
      this.settings = settings;
      this.patience = patience;
      this.turn = turn;
      this.branch = Branch.of(repository, place);
    }

    Synced run() throws IOException {
      Optional<ObjectId> lease = Optional.empty();
      boolean stuck = false;
      for (int i = 0; i < TRIES; i++) {
        if (stuck) {
          waitForLock();
        }
        try (RemoteLink link = new RemoteLink(repository, settings, ssh, patience)) {
          Optional<ObjectId> seen = repository.remoteTip();
          ObjectId ours = branch.tip();
          switch (link.push(ours, lease)) {
            case RemoteLink.Answer.Accepted() -> {
              return new Synced(link.url(), ours.name(), sent(seen, ours), received, decisions);
            }
            case RemoteLink.Answer.Moved() -> {
              lease = fetchAndJoin(link, seen);
              // Nobody has written anything, so it was not their being faster.
              stuck = repository.remoteTip().equals(seen) && repository.tip().equals(ours);
            }
          }
        }
      }
      throw stuck
          ? VaultProblems.remoteLocked(settings.url().text())
          : VaultProblems.remoteMoved(settings.url().text(), TRIES);
    }

    /** A remote that is a folder of this machine is tidied up after a crash as the vault is. */
    private void waitForLock() throws IOException {
      try {
        Thread.sleep(LOCKED_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      Optional<Path> folder = settings.url().folder();
      if (folder.isPresent()) {
        StaleLocks locks = new StaleLocks(Clock.systemUTC(), LIVING_LOCK);
        for (Path file : locks.clear(VaultRepository.folderOf(folder.get()), turn)) {
          notices.tell("a lock that a crash had left at the remote was removed: " + file);
        }
      }
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
