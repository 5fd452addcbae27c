package dev.backstay.snapshot;

import java.io.OutputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.ProcessResult;
import org.jspecify.annotations.Nullable;

/**
 * The file system, as JGit sees it, without Git's hooks: whoever can write into the repository is
 * not believed without a signature, and shall not have programs run either.
 */
final class NoHooks extends FS_POSIX {
  @Override
  public FS newInstance() {
    return new NoHooks();
  }

  @Override
  public ProcessResult runHookIfPresent(
      Repository repository,
      String hook,
      String[] arguments,
      @Nullable OutputStream output,
      @Nullable OutputStream error,
      @Nullable String input) {
    return new ProcessResult(ProcessResult.Status.NOT_PRESENT);
  }
}
