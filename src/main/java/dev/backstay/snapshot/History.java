package dev.backstay.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/** Finds the snapshots in the history of main: commits that changed a gateway's folder. */
final class History {
  private static final String SEPARATOR = ": ";

  private final VaultRepository repository;

  History(VaultRepository repository) {
    this.repository = repository;
  }

  /** The subject of the commit that saves a gateway. */
  static String subject(String gateway, String reason) {
    return gateway + SEPARATOR + reason;
  }

  /** All snapshots of the gateways that are wanted, newest first. */
  List<Snapshot> all(Predicate<String> wanted) {
    return walk(repository.find(VaultRepository.BRANCH), wanted, Integer.MAX_VALUE);
  }

  /** The commit, at or before the given one, that wrote the state which the gateway has there. */
  Optional<Snapshot> latest(ObjectId from, String gateway) {
    return walk(Optional.of(from), gateway::equals, 1).stream().findFirst();
  }

  private List<Snapshot> walk(Optional<ObjectId> start, Predicate<String> wanted, int limit) {
    List<Snapshot> found = new ArrayList<>();
    Optional<ObjectId> next = start;
    Optional<VaultTree> here = start.map(id -> VaultTree.of(repository, id));
    while (next.isPresent() && here.isPresent() && found.size() < limit) {
      RevCommit commit = repository.commit(next.get());
      Optional<ObjectId> parent =
          commit.getParentCount() == 0 ? Optional.empty() : Optional.of(commit.getParent(0));
      Optional<VaultTree> before = parent.map(id -> VaultTree.of(repository, id));
      for (String gateway : here.get().gatewayNames()) {
        boolean changed =
            !here.get().gateway(gateway).equals(before.flatMap(tree -> tree.gateway(gateway)));
        if (changed && wanted.test(gateway)) {
          found.add(snapshot(commit, gateway));
        }
      }
      next = parent;
      here = before;
    }
    return found;
  }

  static Snapshot snapshot(RevCommit commit, String gateway) {
    String subject = commit.getShortMessage();
    String prefix = gateway + SEPARATOR;
    return new Snapshot(
        commit.name(),
        gateway,
        commit.getCommitterIdent().getWhenAsInstant(),
        subject.startsWith(prefix) ? subject.substring(prefix.length()) : subject);
  }
}
