package dev.backstay.snapshot;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * The commits at and before some others, by all their parents, each once, newest first and each
 * before its parents as far as clocks agree. Each is hashed again, and a missing one is an error:
 * this walk can be believed. Holds 20 bytes and a little for each commit it has passed.
 */
final class Ancestry implements Iterator<RevCommit> {
  private static final Comparator<RevCommit> NEWEST_FIRST =
      Comparator.comparingInt(RevCommit::getCommitTime).reversed().thenComparing(RevCommit::name);

  private final VaultRepository repository;
  private final Set<ObjectId> seen = new HashSet<>();
  private final Queue<RevCommit> waiting = new PriorityQueue<>(NEWEST_FIRST);

  Ancestry(VaultRepository repository, Collection<ObjectId> from) {
    this.repository = repository;
    from.forEach(this::add);
  }

  private void add(ObjectId id) {
    if (seen.add(id.copy())) {
      waiting.add(repository.commit(id));
    }
  }

  @Override
  public boolean hasNext() {
    return !waiting.isEmpty();
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code vault-corrupt}: a parent is missing or
   *     damaged
   */
  @Override
  public RevCommit next() {
    RevCommit commit = waiting.poll();
    if (commit == null) {
      throw new NoSuchElementException();
    }
    for (RevCommit parent : commit.getParents()) {
      add(parent);
    }
    return commit;
  }
}
