package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.errors.InvalidRefNameException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The Git repository, opened for one operation. Everything that is read is hashed again, so that a
 * damaged object is noticed and never used. Not safe for use by several threads.
 */
final class VaultRepository implements AutoCloseable {
  static final String BRANCH = "main";

  static final String MAIN = Constants.R_HEADS + BRANCH;

  /** Where main of the remote was when it was last seen. */
  static final String REMOTE_MAIN = Constants.R_REMOTES + "origin/" + BRANCH;

  /** Shorter abbreviations could mean anything. */
  private static final Pattern FORMER_ID = Pattern.compile("[0-9a-f]{7,40}");

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
              .setFS(new NoHooks())
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
    Path folder = folderOf(path);
    if (!Files.isRegularFile(folder.resolve(Constants.HEAD))) {
      throw VaultProblems.missing(path);
    }
    Repository git =
        new FileRepositoryBuilder()
            .setFS(new NoHooks())
            .setGitDir(folder.toFile())
            .setMustExist(true)
            .build();
    return new VaultRepository(path, git);
  }

  /** Where Git's own files of a vault are. */
  static Path folderOf(Path path) {
    Path inner = path.resolve(Constants.DOT_GIT);
    return Files.isDirectory(inner) ? inner : path;
  }

  Path path() {
    return path;
  }

  /** For what only the library's own classes can do. */
  Repository git() {
    return git;
  }

  Path folder() {
    return folderOf(path);
  }

  Optional<ObjectId> remoteTip() throws IOException {
    return Optional.ofNullable(git.resolve(REMOTE_MAIN));
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

  /**
   * A commit by its id, full or abbreviated, or by a name such as {@code main~1}. An id that a
   * commit had before the history was written anew still finds it.
   */
  Optional<ObjectId> find(String commit) {
    return resolve(commit).or(() -> resolve(BRANCH).flatMap(tip -> formerly(commit, tip)));
  }

  private Optional<ObjectId> resolve(String commit) {
    try {
      return Optional.ofNullable(git.resolve(commit + "^{commit}"));
    } catch (IOException | IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private Optional<ObjectId> formerly(String commit, ObjectId tip) {
    if (!FORMER_ID.matcher(commit).matches()) {
      return Optional.empty();
    }
    Ancestry all = new Ancestry(this, List.of(tip));
    while (all.hasNext()) {
      RevCommit candidate = all.next();
      if (Trailers.ids(candidate, Trailers.WAS).stream()
          .anyMatch(id -> id.name().startsWith(commit))) {
        return Optional.of(candidate.getId().copy());
      }
    }
    return Optional.empty();
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

  /**
   * The newest commits that two have in common; none if they have nothing to do with each other.
   */
  List<ObjectId> mergeBases(ObjectId one, ObjectId other) throws IOException {
    try (RevWalk walk = new RevWalk(git)) {
      walk.setRevFilter(RevFilter.MERGE_BASE);
      walk.markStart(walk.parseCommit(one));
      walk.markStart(walk.parseCommit(other));
      return ids(walk);
    }
  }

  /** The commits at or before one and not at or before others, each after its parents. */
  List<ObjectId> between(Collection<ObjectId> excluded, ObjectId tip) throws IOException {
    try (RevWalk walk = new RevWalk(git)) {
      walk.setRetainBody(false);
      walk.sort(RevSort.TOPO);
      walk.sort(RevSort.REVERSE, true);
      walk.markStart(walk.parseCommit(tip));
      for (ObjectId commit : excluded) {
        walk.markUninteresting(walk.parseCommit(commit));
      }
      return ids(walk);
    }
  }

  private static List<ObjectId> ids(RevWalk walk) {
    List<ObjectId> ids = new ArrayList<>();
    for (RevCommit commit : walk) {
      ids.add(commit.getId().copy());
    }
    return ids;
  }

  /** Whether an object is there; not whether it is whole. */
  boolean has(ObjectId id) throws IOException {
    return git.getObjectDatabase().has(id);
  }

  /** Also whether it is of this type, as its header says. */
  boolean has(ObjectId id, int type) throws IOException {
    try (ObjectReader reader = git.newObjectReader()) {
      return reader.has(id, type);
    } catch (IncorrectObjectTypeException other) {
      return false;
    }
  }

  /** Another remote has another main. */
  void forgetRemoteTip() throws IOException {
    RefUpdate update = git.updateRef(REMOTE_MAIN);
    update.setForceUpdate(true);
    update.delete();
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

  /** Moves main to a commit that need not come after where it was, if it still is there. */
  boolean replace(ObjectId expected, ObjectId commit) throws IOException {
    RefUpdate update = git.updateRef(MAIN);
    update.setExpectedOldObjectId(expected);
    update.setNewObjectId(commit);
    update.setForceUpdate(true);
    update.setRefLogMessage("backstay: history written anew", false);
    return switch (update.update()) {
      case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> true;
      default -> false;
    };
  }

  @Override
  public void close() {
    git.close();
  }
}
