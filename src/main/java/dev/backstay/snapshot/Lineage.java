package dev.backstay.snapshot;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * What a history says about itself once it has been written anew: which commits it holds under
 * another id, which tips it takes the place of, and how often that has happened.
 *
 * @param ids of its commits, now and formerly, and of the tips it replaces
 * @param generation how often it was written anew
 */
record Lineage(Set<ObjectId> ids, int generation) {
  static Lineage of(VaultRepository repository, ObjectId tip) {
    Set<ObjectId> ids = new HashSet<>();
    int generation = 0;
    Ancestry all = new Ancestry(repository, List.of(tip));
    while (all.hasNext()) {
      RevCommit commit = all.next();
      ids.add(commit.getId().copy());
      ids.addAll(formerIds(commit));
      generation = Math.max(generation, Trailers.generation(commit));
    }
    return new Lineage(ids, generation);
  }

  private static Set<ObjectId> formerIds(RevCommit commit) {
    Set<ObjectId> ids = new HashSet<>(Trailers.ids(commit, Trailers.WAS));
    ids.addAll(Trailers.ids(commit, Trailers.REPLACES));
    return ids;
  }

  private boolean covers(RevCommit commit) {
    return ids.contains(commit.getId()) || formerIds(commit).stream().anyMatch(ids::contains);
  }

  /**
   * The commits of another history that this one knows nothing of, each after its parents; empty if
   * the two have nothing in common.
   *
   * @param alsoKnown a commit up to which the other one's content is known to be in this one
   */
  Optional<List<ObjectId>> newIn(
      VaultRepository repository, ObjectId other, Optional<ObjectId> alsoKnown) throws IOException {
    Ancestry all = new Ancestry(repository, List.of(other));
    while (all.hasNext()) {
      RevCommit commit = all.next();
      if (covers(commit) || alsoKnown.filter(commit::equals).isPresent()) {
        List<ObjectId> after = repository.between(List.of(commit.getId()), other);
        return Optional.of(after.stream().filter(id -> !covers(repository.commit(id))).toList());
      }
    }
    return Optional.empty();
  }
}
