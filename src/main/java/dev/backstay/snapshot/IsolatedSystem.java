package dev.backstay.snapshot;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JGit to the repository: the user's and the system's Git configuration are neither read nor
 * written, Git's environment variables mean nothing, and {@code git} is never run to find out where
 * its configuration lies. (JGit does all of it unless told otherwise.)
 *
 * <p>The precision of the file system's times, which JGit would measure for more than a second in
 * every process and note in the user's configuration, is given as the worst there is: files that
 * changed lately are then read again instead of being trusted.
 *
 * <p>The settings it needs stand in a system configuration that exists only here: objects and refs
 * are flushed to the disk before they count, for a snapshot must outlive a power cut. In the
 * repository's own file the same setting makes {@code git} warn about a deprecated key.
 */
final class IsolatedSystem extends SystemReader.Delegate {
  // Two seconds is FAT's; every other file system does better.
  private static final String COARSEST_FILE_TIMES = "2 seconds";

  private IsolatedSystem(SystemReader real) {
    super(real);
  }

  /** JGit has one such reader a process. Installing it again changes nothing. */
  static synchronized void install() {
    SystemReader current = SystemReader.getInstance();
    if (!(current instanceof IsolatedSystem)) {
      SystemReader.setInstance(new IsolatedSystem(current));
    }
  }

  @Override
  public @Nullable String getenv(String variable) {
    boolean hidden = variable.startsWith("GIT_") || variable.startsWith("XDG_");
    return hidden ? null : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new InMemory(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new InMemory(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    InMemory config = new InMemory(parent, fs);
    String core = ConfigConstants.CONFIG_CORE_SECTION;
    config.setBoolean(core, null, "fsyncObjectFiles", true);
    config.setBoolean(core, null, "fsyncRefFiles", true);
    // Only under the vault's lock is anything packed, and then nobody of us needs the old packs.
    config.setString(ConfigConstants.CONFIG_GC_SECTION, null, "prunePackExpire", "now");
    return config;
  }

  /** A configuration without a file. */
  private static final class InMemory extends FileBasedConfig {
    @SuppressWarnings("NullAway") // JGit's own way to say "no file"; its type cannot.
    private InMemory(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public @Nullable String getString(String section, @Nullable String subsection, String name) {
      return section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
          ? COARSEST_FILE_TIMES
          : super.getString(section, subsection, name);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
