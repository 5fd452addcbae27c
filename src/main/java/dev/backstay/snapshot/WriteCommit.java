package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.GpgSignature;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;

/** Writes one signed commit; it counts only once it is published. */
record WriteCommit(SigningKey key, Clock clock) {
  /**
   * @param parent {@link ObjectId#zeroId} for the first
   */
  ObjectId write(VaultTree tree, ObjectId parent, String message, ObjectInserter inserter)
      throws IOException {
    Instant now = clock.instant();
    PersonIdent backstay = new PersonIdent("Backstay", "backstay@localhost", now, ZoneOffset.UTC);
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree.insert(inserter));
    if (!parent.equals(ObjectId.zeroId())) {
      commit.setParentId(parent);
    }
    commit.setAuthor(backstay);
    commit.setCommitter(backstay);
    commit.setMessage(message);
    String signature = key.sign(commit.build());
    commit.setGpgSignature(new GpgSignature(signature.getBytes(StandardCharsets.US_ASCII)));
    ObjectId id = inserter.insert(commit);
    inserter.flush();
    return id;
  }
}
