package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

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
   * Returns if the tip is the remembered commit or comes after it, or if nothing is remembered.
   *
   * @throws dev.backstay.problem.ProblemException {@code vault-went-back}
   */
  void require(VaultRepository repository, ObjectId tip) throws IOException {
    Optional<ObjectId> seen = read();
    if (seen.isPresent() && !repository.contains(seen.get(), tip)) {
      throw VaultProblems.wentBack(repository.path(), tip.name(), seen.get().name(), file);
    }
  }

  /** Another process may remember an older one at the same moment: that is weaker, never wrong. */
  void remember(ObjectId tip) throws IOException {
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "vault-head", ".new");
    Files.writeString(fresh, tip.name() + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Optional<ObjectId> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file).strip();
    if (!ObjectId.isId(text)) {
      throw VaultProblems.corrupt(file.toString(), "this is not the id of a commit");
    }
    return Optional.of(ObjectId.fromString(text));
  }
}
