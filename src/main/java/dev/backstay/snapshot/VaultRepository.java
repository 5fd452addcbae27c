package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.errors.InvalidRefNameException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The Git repository, opened for one operation. Everything that is read is hashed again, so that a
 * damaged object is noticed and never used. Not safe for use by several threads.
 */
final class VaultRepository implements AutoCloseable {
  static final String BRANCH = "main";

  private static final String MAIN = Constants.R_HEADS + BRANCH;

  private final Path path;
  private final Repository git;

  private VaultRepository(Path path, Repository git) {
    this.path = path;
    this.git = git;
  }

  static VaultRepository create(Path path) throws IOException {
    IsolatedSystem.install();
    try {
      Repository git =
          new FileRepositoryBuilder()
              .setGitDir(path.toFile())
              .setBare()
              .setInitialBranch(BRANCH)
              .build();
      git.create(true);
      return new VaultRepository(path, git);
    } catch (InvalidRefNameException impossible) {
      throw new IllegalStateException(BRANCH + " is a good name for a branch", impossible);
    }
  }

  /**
   * Opens a bare repository, or the {@code .git} of a clone with a work tree.
   *
   * @throws dev.backstay.problem.ProblemException {@code vault-missing}
   */
  static VaultRepository open(Path path) throws IOException {
    IsolatedSystem.install();
    Path inner = path.resolve(Constants.DOT_GIT);
    Path folder = Files.isDirectory(inner) ? inner : path;
    if (!Files.isRegularFile(folder.resolve(Constants.HEAD))) {
      throw VaultProblems.missing(path);
    }
    Repository git =
        new FileRepositoryBuilder().setGitDir(folder.toFile()).setMustExist(true).build();
    return new VaultRepository(path, git);
  }

  Path path() {
    return path;
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code vault-missing}: a repository without
   *     branch main is no vault
   */
  ObjectId tip() throws IOException {
    ObjectId tip = git.resolve(MAIN);
    if (tip == null) {
      throw VaultProblems.missing(path);
    }
    return tip;
  }

  /** A commit by its id, full or abbreviated, or by a name such as {@code main~1}. */
  Optional<ObjectId> find(String commit) {
    try {
      return Optional.ofNullable(git.resolve(commit + "^{commit}"));
    } catch (IOException | IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  /** The bytes of an object, or why there are none. */
  sealed interface Read {
    record Intact(byte[] bytes) implements Read {}

    record Missing() implements Read {}

    record Damaged() implements Read {}
  }

  Read read(ObjectId id, int type) {
    try {
      byte[] bytes = git.open(id, type).getCachedBytes(Integer.MAX_VALUE);
      return new ObjectInserter.Formatter().idFor(type, bytes).equals(id)
          ? new Read.Intact(bytes)
          : new Read.Damaged();
    } catch (MissingObjectException missing) {
      return new Read.Missing();
    } catch (IOException damaged) {
      return new Read.Damaged();
    }
  }

  boolean intact(ObjectId blob) {
    return read(blob, Constants.OBJ_BLOB) instanceof Read.Intact;
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code vault-corrupt}
   */
  byte[] require(ObjectId id, int type) {
    return switch (read(id, type)) {
      case Read.Intact intact -> intact.bytes();
      case Read.Missing() ->
          throw VaultProblems.corrupt(
              path.toString(),
              "the %s %s is missing".formatted(Constants.typeString(type), id.name()));
      case Read.Damaged() ->
          throw VaultProblems.corrupt(
              path.toString(),
              "the %s %s is damaged".formatted(Constants.typeString(type), id.name()));
    };
  }

  RevCommit commit(ObjectId id) {
    return RevCommit.parse(require(id, Constants.OBJ_COMMIT));
  }

  GitTree tree(ObjectId id) {
    try {
      return GitTree.parse(require(id, Constants.OBJ_TREE));
    } catch (CorruptObjectException malformed) {
      throw VaultProblems.corrupt(path.toString(), "the tree " + id.name() + " is malformed");
    }
  }

  /** Whether a commit is another one or comes before it. */
  boolean contains(ObjectId earlier, ObjectId later) throws IOException {
    try (RevWalk walk = new RevWalk(git)) {
      return walk.isMergedInto(walk.parseCommit(earlier), walk.parseCommit(later));
    } catch (MissingObjectException gone) {
      return false;
    }
  }

  ObjectInserter inserter() {
    return git.newObjectInserter();
  }

  /** Moves main, if it still is where it was. Returns whether it did. */
  boolean publish(ObjectId expected, ObjectId commit) throws IOException {
    RefUpdate update = git.updateRef(MAIN);
    update.setExpectedOldObjectId(expected);
    update.setNewObjectId(commit);
    update.setRefLogMessage("backstay", false);
    RefUpdate.Result result = update.update();
    return result == RefUpdate.Result.NEW || result == RefUpdate.Result.FAST_FORWARD;
  }

  @Override
  public void close() {
    git.close();
  }
}
