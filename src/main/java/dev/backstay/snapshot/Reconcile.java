package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Brings together what was fetched and what is here, without losing either. Under the vault's lock.
 * Nothing of the remote counts before every commit of it that is new here is known to be signed by
 * somebody whom this controller believes, and to be well-formed.
 */
final class Reconcile {
  private final VaultRepository repository;
  private final Branch branch;
  private final WriteCommit commits;
  private final String url;

  Reconcile(VaultPlace place, VaultRepository repository, String url, Clock clock)
      throws IOException {
    this.repository = repository;
    this.branch = Branch.of(repository, place);
    this.commits = new WriteCommit(SigningKey.read(place.signingKey()), clock);
    this.url = url;
  }

  /**
   * What main is now, and what may be pushed over.
   *
   * @param lease what at the remote main may leave behind
   * @param received commits of theirs that are new here
   * @param decisions one line for each gateway that changed on both sides
   */
  record Joined(Optional<ObjectId> lease, int received, List<String> decisions) {}

  /**
   * @param theirs fetched
   * @param seen where main of the remote was seen before
   * @throws ProblemException {@code remote-not-believed}, {@code vault-diverged}, {@code
   *     vault-foreign}; nothing has changed then
   */
  Joined join(ObjectId theirs, Optional<ObjectId> seen) throws IOException {
    ObjectId ours = branch.tip();
    List<ObjectId> fresh = repository.between(List.of(ours), theirs);
    requireBelieved(theirs, fresh);
    int received = fresh.size();
    return switch (Course.between(repository, ours, theirs, seen)) {
      case Course.Push() -> new Joined(Optional.empty(), 0, List.of());
      case Course.TakeTheirs() -> {
        move(ours, theirs);
        yield new Joined(Optional.empty(), received, List.of());
      }
      case Course.Merge(List<ObjectId> bases) -> {
        List<String> decisions = merge(ours, theirs, bases);
        yield new Joined(Optional.empty(), received, decisions);
      }
      case Course.ReplaceTheirs() -> new Joined(Optional.of(theirs), 0, List.of());
      case Course.Replay replay -> {
        List<String> decisions = replay(ours, replay);
        boolean ontoTheirs = replay.onto().equals(theirs);
        yield new Joined(
            ontoTheirs ? Optional.empty() : Optional.of(theirs),
            ontoTheirs ? received : replay.commits().size(),
            decisions);
      }
      case Course.Unrelated() -> throw VaultProblems.diverged(url);
    };
  }

  private void requireBelieved(ObjectId theirs, List<ObjectId> fresh) throws IOException {
    if (VaultTree.of(repository, theirs).root().file(VaultTree.RECIPIENTS).isEmpty()) {
      throw VaultProblems.foreign(url);
    }
    try {
      branch.believe(theirs);
      new VerifyChain(repository, branch.signers()).these(fresh);
    } catch (ProblemException why) {
      throw VaultProblems.remoteNotBelieved(url, why.problems());
    }
  }

  private void move(ObjectId ours, ObjectId to) throws IOException {
    if (!branch.replace(ours, to)) {
      throw VaultProblems.moved(repository.path());
    }
  }

  private List<String> merge(ObjectId ours, ObjectId theirs, List<ObjectId> bases)
      throws IOException {
    try (ObjectInserter inserter = repository.inserter()) {
      MergeTrees.Merged merged =
          new MergeTrees(
                  repository,
                  bases.stream().map(base -> VaultTree.of(repository, base)).toList(),
                  VaultTree.of(repository, ours),
                  VaultTree.of(repository, theirs),
                  inserter)
              .merge();
      ObjectId commit =
          commits.write(merged.tree(), List.of(ours, theirs), message(merged), inserter);
      move(ours, commit);
      return merged.decisions();
    }
  }

  private static String message(MergeTrees.Merged merged) {
    int theirs = merged.fromThem().size();
    int both = merged.decisions().size();
    StringBuilder text = new StringBuilder("Merged with the remote: ");
    text.append(theirs).append(theirs == 1 ? " gateway" : " gateways").append(" as it has them");
    if (both > 0) {
      text.append(", ").append(both).append(" changed on both sides");
    }
    text.append("\n\n");
    merged.fromThem().forEach(name -> text.append("from the remote: ").append(name).append('\n'));
    merged.decisions().forEach(line -> text.append(line).append('\n'));
    return text.toString().strip() + "\n";
  }

  /** Each commit again on top of the other history, then one that says what it stands for. */
  private List<String> replay(ObjectId ours, Course.Replay replay) throws IOException {
    List<String> decisions = new ArrayList<>();
    try (ObjectInserter inserter = repository.inserter()) {
      ObjectId tip = replay.onto();
      for (ObjectId id : replay.commits()) {
        RevCommit commit = repository.commit(id);
        VaultTree before =
            commit.getParentCount() == 0
                ? VaultTree.empty(repository)
                : VaultTree.of(repository, commit.getParent(0));
        MergeTrees.Merged merged =
            new MergeTrees(
                    repository,
                    List.of(before),
                    VaultTree.of(repository, tip),
                    VaultTree.of(repository, id),
                    inserter)
                .merge();
        decisions.addAll(merged.decisions());
        WriteCommit.People people =
            new WriteCommit.People(commit.getAuthorIdent(), commit.getCommitterIdent());
        String message = Trailers.with(commit.getFullMessage(), Trailers.WAS, id.name());
        tip = commits.write(merged.tree(), List.of(tip), people, message, inserter);
      }
      int generation = Lineage.of(repository, replay.onto()).generation();
      String message =
          Trailers.with(
              Trailers.with(
                  "Joined with a history that was pruned", Trailers.REPLACES, replay.from().name()),
              Trailers.GENERATION,
              Integer.toString(generation));
      tip = commits.write(VaultTree.of(repository, tip), List.of(tip), message, inserter);
      move(ours, tip);
    }
    return decisions;
  }
}
