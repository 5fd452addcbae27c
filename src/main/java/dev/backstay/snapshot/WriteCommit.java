package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.GpgSignature;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;

/** Writes one signed commit; it counts only once it is published. */
record WriteCommit(SigningKey key, Clock clock, Author author) {
  WriteCommit(SigningKey key, Clock clock) {
    this(key, clock, Author.current());
  }

  /**
   * @param parent {@link ObjectId#zeroId} for the first
   */
  ObjectId write(VaultTree tree, ObjectId parent, String message, ObjectInserter inserter)
      throws IOException {
    List<ObjectId> parents = parent.equals(ObjectId.zeroId()) ? List.of() : List.of(parent);
    return write(tree, parents, message, inserter);
  }

  /**
   * @param parents none for the first, two for a merge, ours first
   */
  ObjectId write(VaultTree tree, List<ObjectId> parents, String message, ObjectInserter inserter)
      throws IOException {
    return write(
        tree, parents, new People(author.at(clock.instant()), backstay()), message, inserter);
  }

  /**
   * Who the commit says made it, and when: also a commit that stands for an older one tells of that
   * time.
   */
  record People(PersonIdent author, PersonIdent committer) {}

  ObjectId write(
      VaultTree tree,
      List<ObjectId> parents,
      People people,
      String message,
      ObjectInserter inserter)
      throws IOException {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree.insert(inserter));
    commit.setParentIds(parents);
    commit.setAuthor(people.author());
    commit.setCommitter(people.committer());
    commit.setMessage(message);
    String signature = key.sign(commit.build());
    commit.setGpgSignature(new GpgSignature(signature.getBytes(StandardCharsets.US_ASCII)));
    ObjectId id = inserter.insert(commit);
    inserter.flush();
    return id;
  }

  private PersonIdent backstay() {
    Instant now = clock.instant();
    return new PersonIdent("Backstay", "backstay@localhost", now, ZoneOffset.UTC);
  }
}
