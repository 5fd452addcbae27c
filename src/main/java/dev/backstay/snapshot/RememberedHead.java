package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * What the controller has seen last at the tip of main. Old commits are signed as well, so somebody
 * who puts back an older state of the vault is found out only by what the controller remembers.
 */
final class RememberedHead {
  private final Path file;

  RememberedHead(Path file) {
    this.file = file;
  }

  /**
   * Returns if the tip is a remembered commit or comes after one, if it says under a believed
   * signature that it takes the place of one, or if nothing is remembered.
   *
   * @throws dev.backstay.problem.ProblemException {@code vault-went-back}
   */
  void require(VaultRepository repository, AllowedSigners signers, ObjectId tip)
      throws IOException {
    List<ObjectId> seen = read();
    for (ObjectId one : seen) {
      if (one.equals(tip) || repository.contains(one, tip)) {
        return;
      }
    }
    if (!seen.isEmpty() && !succeeds(repository, signers, seen, tip)) {
      throw VaultProblems.wentBack(repository.path(), tip.name(), seen.getLast().name(), file);
    }
  }

  /** Whether a commit of the history says that it, or its parent, stands for what was seen. */
  private static boolean succeeds(
      VaultRepository repository, AllowedSigners signers, List<ObjectId> seen, ObjectId tip)
      throws IOException {
    Ancestry all = new Ancestry(repository, List.of(tip));
    while (all.hasNext()) {
      RevCommit commit = all.next();
      List<ObjectId> replaced = Trailers.ids(commit, Trailers.REPLACES);
      List<ObjectId> was = Trailers.ids(commit, Trailers.WAS);
      for (ObjectId one : seen) {
        if ((was.contains(one) || atOrBefore(repository, one, replaced))
            && signers.nameOf(commit.getRawBuffer()).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean atOrBefore(
      VaultRepository repository, ObjectId commit, List<ObjectId> tips) throws IOException {
    for (ObjectId tip : tips) {
      if (tip.equals(commit) || repository.contains(commit, tip)) {
        return true;
      }
    }
    return false;
  }

  void remember(ObjectId tip) throws IOException {
    write(tip.name() + "\n");
  }

  /**
   * Remembers both that main is here and that it is about to be there: a crash between the two must
   * not make either a surprise.
   */
  void expect(ObjectId now, ObjectId soon) throws IOException {
    write(soon.name() + "\n" + now.name() + "\n");
  }

  /** Another process may remember an older one at the same moment: that is weaker, never wrong. */
  private void write(String text) throws IOException {
    PrivateFile.replace(file, text);
  }

  private List<ObjectId> read() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<ObjectId> ids = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!ObjectId.isId(line)) {
        throw VaultProblems.corrupt(file.toString(), "this is not the id of a commit");
      }
      ids.add(ObjectId.fromString(line));
    }
    return ids;
  }
}
