package dev.backstay.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Finds the snapshots in the history of main: commits in which a gateway's folder is another one
 * than in each of their parents. A merge that only takes over one side's state is none.
 */
final class History {
  private static final String SEPARATOR = ": ";

  private final VaultRepository repository;
  private final AllowedSigners signers;

  History(VaultRepository repository, AllowedSigners signers) {
    this.repository = repository;
    this.signers = signers;
  }

  /** The subject of the commit that saves a gateway. */
  static String subject(String gateway, String reason) {
    return gateway + SEPARATOR + reason;
  }

  /** All snapshots of the gateways that are wanted, newest first. */
  List<Snapshot> all(Predicate<String> wanted) throws IOException {
    List<Snapshot> found = new ArrayList<>();
    Optional<ObjectId> tip = repository.find(VaultRepository.BRANCH);
    Walk walk = new Walk(tip.stream().toList());
    while (walk.hasNext()) {
      Step step = walk.next();
      for (String gateway : step.changed()) {
        if (wanted.test(gateway)) {
          found.add(snapshot(step.commit(), gateway));
        }
      }
    }
    return found;
  }

  /** The commit, at or before the given one, that wrote the state which the gateway has there. */
  Optional<Snapshot> latest(ObjectId from, String gateway) throws IOException {
    ObjectId writer = writers(from, Set.of(gateway)).get(gateway);
    return writer == null ? Optional.empty() : Optional.of(snapshot(writer, gateway));
  }

  /** For each of some gateways the commit that wrote the state which it has at the given one. */
  Map<String, ObjectId> writers(ObjectId from, Set<String> gateways) {
    Map<String, ObjectId> writers = new HashMap<>();
    VaultTree now = VaultTree.of(repository, from);
    Set<String> wanted = new HashSet<>(now.gatewayNames());
    wanted.retainAll(gateways);
    Walk walk = new Walk(List.of(from));
    while (walk.hasNext() && !wanted.isEmpty()) {
      Step step = walk.next();
      for (String gateway : step.changed()) {
        if (wanted.contains(gateway) && step.tree().gateway(gateway).equals(now.gateway(gateway))) {
          writers.put(gateway, step.commit().getId().copy());
          wanted.remove(gateway);
        }
      }
    }
    return writers;
  }

  /** A commit, what it holds, the gateways whose state it brought, and the evidence. */
  record Step(
      RevCommit commit,
      VaultTree tree,
      SortedSet<String> changed,
      SortedSet<EvidenceName> evidence) {}

  Step step(ObjectId commit) {
    return new Walk(List.of(commit)).next();
  }

  Walk walk(ObjectId tip) {
    return new Walk(List.of(tip));
  }

  /** Keeps each tree from the child that is compared with it until its own turn. */
  final class Walk {
    private final Ancestry commits;
    private final Map<ObjectId, VaultTree> trees = new HashMap<>();

    Walk(List<ObjectId> from) {
      this.commits = new Ancestry(repository, from);
    }

    boolean hasNext() {
      return commits.hasNext();
    }

    Step next() {
      RevCommit commit = commits.next();
      VaultTree here = tree(commit);
      List<VaultTree> before = Arrays.stream(commit.getParents()).map(this::tree).toList();
      trees.remove(commit);
      SortedSet<String> changed = new TreeSet<>();
      for (String gateway : here.gatewayNames()) {
        Optional<ObjectId> state = here.gateway(gateway);
        if (before.stream().noneMatch(parent -> parent.gateway(gateway).equals(state))) {
          changed.add(gateway);
        }
      }
      return new Step(commit, here, changed, evidence(here, before));
    }

    /** Looked into only where its folder is another one: nearly no commit brings any. */
    private SortedSet<EvidenceName> evidence(VaultTree here, List<VaultTree> before) {
      Optional<ObjectId> folder = here.root().folder(VaultTree.EVIDENCE);
      SortedSet<EvidenceName> changed = new TreeSet<>();
      if (before.stream()
          .noneMatch(parent -> parent.root().folder(VaultTree.EVIDENCE).equals(folder))) {
        here.evidence()
            .forEach((name, id) -> {
              if (before.stream().noneMatch(parent -> id.equals(parent.evidence().get(name)))) {
                changed.add(name);
              }
            });
      }
      return changed;
    }

    private VaultTree tree(RevCommit commit) {
      return trees.computeIfAbsent(commit.getId().copy(), id -> VaultTree.of(repository, id));
    }
  }

  Snapshot snapshot(ObjectId commit, String gateway) throws IOException {
    return snapshot(repository.commit(commit), gateway);
  }

  private Snapshot snapshot(RevCommit commit, String gateway) throws IOException {
    String subject = commit.getShortMessage();
    String prefix = gateway + SEPARATOR;
    return new Snapshot(
        commit.name(),
        gateway,
        commit.getCommitterIdent().getWhenAsInstant(),
        subject.startsWith(prefix) ? subject.substring(prefix.length()) : subject,
        commit.getAuthorIdent().getName() + " <" + commit.getAuthorIdent().getEmailAddress() + ">",
        signers.nameOf(commit.getRawBuffer()),
        Trailers.first(commit, Trailers.ROLLOUT));
  }
}
