package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import dev.backstay.ssh.Connector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.NetRCCredentialsProvider;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Talks with the remote. Every failure is a problem with a remedy. */
final class RemoteLink implements AutoCloseable {
  private static final RefSpec FETCH =
      new RefSpec("+" + VaultRepository.MAIN + ":" + VaultRepository.REMOTE_MAIN);

  private final VaultRepository repository;
  private final RemoteSettings settings;
  private final Supplier<Connector> ssh;
  private final Duration patience;
  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable Connector connector;

  /**
   * @param ssh makes a connector if the remote is reached over SSH
   * @param patience for the connection, and for each answer
   */
  RemoteLink(
      VaultRepository repository,
      RemoteSettings settings,
      Supplier<Connector> ssh,
      Duration patience) {
    this.repository = repository;
    this.settings = settings;
    this.ssh = ssh;
    this.patience = patience;
  }

  String url() {
    return settings.url().text();
  }

  private Transport transport() throws TransportException, NotSupportedException {
    Transport transport = Transport.open(repository.git(), settings.url().uri());
    open.add(transport);
    transport.setTimeout(Math.toIntExact(patience.toSeconds()));
    transport.setCheckFetchedObjects(true);
    transport.setTagOpt(TagOpt.NO_TAGS);
    switch (transport) {
      case SshTransport overSsh -> {
        overSsh.setSshSessionFactory(new SshRemote(connector(), settings));
      }
      default -> transport.setCredentialsProvider(new NetRCCredentialsProvider());
    }
    return transport;
  }

  /** One for the whole conversation: a push and a fetch share its connection. */
  private Connector connector() {
    Connector mine = connector;
    if (mine == null) {
      mine = ssh.get();
      open.add(mine);
      connector = mine;
    }
    return mine;
  }

  /** What became of a push. */
  sealed interface Answer {
    record Accepted() implements Answer {}

    /** Main is not where it was thought to be there. */
    record Moved() implements Answer {}
  }

  /**
   * Moves main there.
   *
   * @param lease if main may leave what is there now behind, provided that it is this
   * @throws ProblemException {@code remote-unreachable}, {@code remote-refused}
   */
  Answer push(ObjectId commit, Optional<ObjectId> lease) throws IOException {
    RemoteRefUpdate update = update(commit, lease.isPresent(), lease.orElse(null));
    PushResult result;
    try {
      result = transport().push(NullProgressMonitor.INSTANCE, List.of(update));
    } catch (TransportException | NotSupportedException failed) {
      throw problem(failed);
    }
    RemoteRefUpdate done =
        Objects.requireNonNull(result.getRemoteUpdate(VaultRepository.MAIN), "what was asked for");
    return switch (done.getStatus()) {
      case OK, UP_TO_DATE -> new Answer.Accepted();
      case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> new Answer.Moved();
      case REJECTED_OTHER_REASON -> {
        String why = line(done.getMessage(), result.getMessages());
        if (lostTheRace(why)) {
          yield new Answer.Moved();
        }
        throw VaultProblems.remoteRefused(url(), why);
      }
      case NON_EXISTING, NOT_ATTEMPTED, AWAITING_REPORT, REJECTED_NODELETE ->
          throw VaultProblems.remoteRefused(
              url(), line(String.valueOf(done.getStatus()), result.getMessages()));
    };
  }

  @SuppressWarnings("NullAway") // JGit's own way to say "whatever is there"; its type cannot.
  private RemoteRefUpdate update(ObjectId commit, boolean force, @Nullable ObjectId expected)
      throws IOException {
    return new RemoteRefUpdate(
        repository.git(),
        VaultRepository.MAIN,
        commit,
        VaultRepository.MAIN,
        force,
        VaultRepository.REMOTE_MAIN,
        expected);
  }

  /** What git and JGit answer to whom another push came before. */
  private static boolean lostTheRace(String why) {
    return why.contains("failed to update ref")
        || why.contains("cannot lock ref")
        || why.contains("failed to lock")
        || why.contains("lock error")
        || why.contains("LOCK_FAILURE")
        || why.contains("non-fast-forward")
        || why.contains("fetch first");
  }

  /** One line, whatever the far side says. */
  private static String line(@Nullable String status, @Nullable String messages) {
    String both =
        Objects.requireNonNullElse(status, "") + " " + Objects.requireNonNullElse(messages, "");
    String line = both.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.isEmpty() ? "it does not say why" : line.substring(0, Math.min(300, line.length()));
  }

  /**
   * Brings what main is there. Empty if there is no such branch.
   *
   * @throws ProblemException {@code remote-unreachable}
   */
  Optional<ObjectId> fetch() throws IOException {
    try {
      Transport transport = transport();
      if (!advertised(transport)) {
        return Optional.empty();
      }
      transport.fetch(NullProgressMonitor.INSTANCE, List.of(FETCH));
      return repository.remoteTip();
    } catch (TransportException | NotSupportedException failed) {
      throw problem(failed);
    }
  }

  private static boolean advertised(Transport transport)
      throws TransportException, NotSupportedException {
    try (FetchConnection asking = transport.openFetch()) {
      Ref main = asking.getRef(VaultRepository.MAIN);
      return main != null;
    }
  }

  private ProblemException problem(Exception failed) {
    for (@Nullable Throwable t = failed; t != null; t = t.getCause()) {
      if (t instanceof ProblemException known) {
        return known;
      }
    }
    String said = line(failed.getMessage(), "").replace(url() + ": ", "");
    return VaultProblems.remoteUnreachable(url(), said);
  }

  @Override
  public void close() {
    for (AutoCloseable one : open.reversed()) {
      try {
        one.close();
      } catch (Exception broken) {
        // It was to end, and it has. What was to be known of it the answers have told.
      }
    }
  }
}
