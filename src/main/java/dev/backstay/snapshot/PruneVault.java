package dev.backstay.snapshot;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Writes the history anew with the snapshots that stay. What is at the tip stays as it is, to the
 * byte. Each commit names the ids it had before, so journals and reports still find it; the last
 * one names the tip whose place it takes, so that it is believed to come after it.
 */
final class PruneVault {
  private final VaultPlace place;
  private final Clock clock;
  private final Retention retention;
  private final Collection<String> held;
  private final EvidenceRetention evidence;

  /**
   * @param held full ids of commits that stay whatever the rules say
   */
  PruneVault(
      VaultPlace place,
      Clock clock,
      Retention retention,
      Collection<String> held,
      EvidenceRetention evidence) {
    this.place = place;
    this.clock = clock;
    this.retention = retention;
    this.held = held;
    this.evidence = evidence;
  }

  /** Under the vault's lock. The old objects are still there afterwards. */
  Pruned prune(boolean dryRun) throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      Branch branch = Branch.of(repository, place);
      ObjectId tip = branch.tip();
      List<Snapshot> all = new History(repository, branch.signers()).all(gateway -> true);
      Set<Snapshot> kept = new LinkedHashSet<>(retention.keep(all));
      Set<String> holding = holding(repository, tip);
      all.stream().filter(one -> holding.contains(one.commit())).forEach(kept::add);
      List<Snapshot> stay = all.stream().filter(kept::contains).toList();
      List<Snapshot> go = all.stream().filter(one -> !kept.contains(one)).toList();
      List<String> rollouts = evidence.gone(ListEvidence.at(VaultTree.of(repository, tip)));
      if (dryRun || (go.isEmpty() && rollouts.isEmpty())) {
        return new Pruned(tip.name(), stay, go, rollouts);
      }
      ObjectId anew = new Rewrite(repository, branch, tip, stay, rollouts).run(go.size());
      if (!branch.replace(tip, anew)) {
        throw VaultProblems.moved(place.repository());
      }
      return new Pruned(anew.name(), stay, go, rollouts);
    }
  }

  /** The commits of this history that are held, also those that are held by an older id. */
  private Set<String> holding(VaultRepository repository, ObjectId tip) {
    Set<String> names = new HashSet<>(held);
    Set<String> commits = new HashSet<>();
    Ancestry all = new Ancestry(repository, List.of(tip));
    while (all.hasNext()) {
      RevCommit commit = all.next();
      boolean byOlderId =
          Trailers.ids(commit, Trailers.WAS).stream().anyMatch(id -> names.contains(id.name()));
      if (byOlderId || names.contains(commit.name())) {
        commits.add(commit.name());
      }
    }
    return commits;
  }

  private final class Rewrite {
    private final VaultRepository repository;
    private final Branch branch;
    private final ObjectId tip;
    private final Map<String, Set<String>> gatewaysByCommit = new HashMap<>();
    private final int snapshots;
    private final List<String> rollouts;
    private final WriteCommit commits;

    /**
     * @param rollouts whose evidence goes
     */
    Rewrite(
        VaultRepository repository,
        Branch branch,
        ObjectId tip,
        List<Snapshot> stay,
        List<String> rollouts)
        throws IOException {
      this.rollouts = rollouts;
      this.repository = repository;
      this.branch = branch;
      this.tip = tip;
      this.snapshots = stay.size();
      this.commits = new WriteCommit(SigningKey.read(place.signingKey()), clock);
      stay.forEach(one ->
          gatewaysByCommit.computeIfAbsent(one.commit(), id -> new TreeSet<>()).add(one.gateway()));
    }

    ObjectId run(int removed) throws IOException {
      try (ObjectInserter inserter = repository.inserter()) {
        VaultTree tree = VaultTree.empty(repository);
        List<ObjectId> parents = List.of();
        for (ObjectId id : repository.between(List.of(), tip)) {
          Set<String> gateways = gatewaysByCommit.getOrDefault(id.name(), Set.of());
          // The first one is the vault's beginning, and stays as such.
          if (gateways.isEmpty() && !parents.isEmpty()) {
            continue;
          }
          branch.believe(id);
          tree = with(tree, id, gateways).withoutEvidence(rollouts, inserter);
          RevCommit old = repository.commit(id);
          WriteCommit.People people =
              new WriteCommit.People(old.getAuthorIdent(), old.getCommitterIdent());
          String message = Trailers.with(old.getFullMessage(), Trailers.WAS, id.name());
          parents = List.of(commits.write(tree, parents, people, message, inserter));
        }
        VaultTree whole = VaultTree.of(repository, tip).withoutEvidence(rollouts, inserter);
        return commits.write(whole, parents, message(removed), inserter);
      }
    }

    private VaultTree with(VaultTree tree, ObjectId commit, Set<String> gateways) {
      VaultTree old = VaultTree.of(repository, commit);
      VaultTree with = tree.withRootOf(old);
      for (String gateway : gateways) {
        with = with.withGateway(gateway, old.gateway(gateway).orElseThrow());
      }
      return with;
    }

    private String message(int removed) throws IOException {
      String message = "Pruned: %d snapshots stay, %d are gone".formatted(snapshots, removed);
      for (ObjectId old : replaced()) {
        message = Trailers.with(message, Trailers.REPLACES, old.name());
      }
      int generation = Lineage.of(repository, tip).generation() + 1;
      return Trailers.with(message, Trailers.GENERATION, Integer.toString(generation));
    }

    /** The tip, and where the remote was last seen if that comes before it. */
    private List<ObjectId> replaced() throws IOException {
      List<ObjectId> tips = new ArrayList<>(List.of(tip));
      Optional<ObjectId> seen = repository.remoteTip();
      if (seen.isPresent() && !seen.get().equals(tip) && repository.contains(seen.get(), tip)) {
        tips.add(seen.get());
      }
      return tips;
    }
  }
}
