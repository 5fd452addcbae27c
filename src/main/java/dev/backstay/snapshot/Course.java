package dev.backstay.snapshot;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/** How main here and main at the remote become one. */
sealed interface Course {
  /** The remote has nothing that is not here. */
  record Push() implements Course {}

  /** Nothing is here that the remote does not have. */
  record TakeTheirs() implements Course {}

  /**
   * @param bases the newest commits that both have
   */
  record Merge(List<ObjectId> bases) implements Course {}

  /** Ours was written anew, and stands for all that is there: what is there may go. */
  record ReplaceTheirs() implements Course {}

  /**
   * One side was written anew, the other went on from what was before: what it did since is done
   * again on top of the new history.
   *
   * @param onto the tip of the new history
   * @param from the tip of the other side
   * @param commits what only that one has, each after its parents
   */
  record Replay(ObjectId onto, ObjectId from, List<ObjectId> commits) implements Course {}

  /** They have nothing to do with each other. */
  record Unrelated() implements Course {}

  /**
   * @param theirs fetched, so that all of it is here
   * @param seen where main of the remote was when it was last seen: all of that was ours
   */
  static Course between(
      VaultRepository repository, ObjectId ours, ObjectId theirs, Optional<ObjectId> seen)
      throws IOException {
    if (repository.contains(theirs, ours)) {
      return new Push();
    }
    if (repository.contains(ours, theirs)) {
      return new TakeTheirs();
    }
    List<ObjectId> bases = repository.mergeBases(ours, theirs);
    return bases.isEmpty() ? rewritten(repository, ours, theirs, seen) : new Merge(bases);
  }

  private static Course rewritten(
      VaultRepository repository, ObjectId ours, ObjectId theirs, Optional<ObjectId> seen)
      throws IOException {
    Lineage our = Lineage.of(repository, ours);
    Lineage their = Lineage.of(repository, theirs);
    if (our.generation() > their.generation()) {
      Optional<List<ObjectId>> missing = our.newIn(repository, theirs, Optional.empty());
      return missing
          .map(commits ->
              commits.isEmpty() ? new ReplaceTheirs() : new Replay(ours, theirs, commits))
          .orElseGet(Unrelated::new);
    }
    // What the remote had it also knew when it was written anew, under whatever name.
    Optional<ObjectId> alsoKnown = their.generation() > our.generation() ? seen : Optional.empty();
    Optional<List<ObjectId>> missing = their.newIn(repository, ours, alsoKnown);
    return missing
        .map(commits -> commits.isEmpty() ? new TakeTheirs() : new Replay(theirs, ours, commits))
        .orElseGet(Unrelated::new);
  }
}
