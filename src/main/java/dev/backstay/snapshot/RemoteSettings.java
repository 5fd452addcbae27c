package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.StoredConfig;

/**
 * Where main is pushed to. It stands in the repository's own configuration as an ordinary remote
 * {@code origin}, so that {@code git} knows it as well.
 *
 * @param identity private key for SSH, beside those of the agent; default: the user's own
 * @param knownHosts must hold the key of an SSH host; default: the user's own
 */
record RemoteSettings(RemoteUrl url, Optional<Path> identity, Optional<Path> knownHosts) {
  private static final String REMOTE = "remote";
  private static final String ORIGIN = "origin";
  private static final String IDENTITY = "backstayIdentity";
  private static final String KNOWN_HOSTS = "backstayKnownHosts";

  /** Empty if there is none. */
  static Optional<RemoteSettings> read(VaultRepository repository) {
    StoredConfig config = repository.git().getConfig();
    return Optional.ofNullable(config.getString(REMOTE, ORIGIN, "url"))
        .map(url ->
            new RemoteSettings(
                RemoteUrl.parse(url), path(config, IDENTITY), path(config, KNOWN_HOSTS)));
  }

  private static Optional<Path> path(StoredConfig config, String name) {
    return Optional.ofNullable(config.getString(REMOTE, ORIGIN, name)).map(Path::of);
  }

  void write(VaultRepository repository) throws IOException {
    StoredConfig config = loaded(repository);
    config.unsetSection(REMOTE, ORIGIN);
    config.setString(REMOTE, ORIGIN, "url", url.text());
    config.setString(
        REMOTE, ORIGIN, "fetch", "+" + VaultRepository.MAIN + ":" + VaultRepository.REMOTE_MAIN);
    identity.ifPresent(file -> config.setString(REMOTE, ORIGIN, IDENTITY, file.toString()));
    knownHosts.ifPresent(file -> config.setString(REMOTE, ORIGIN, KNOWN_HOSTS, file.toString()));
    config.save();
  }

  static void remove(VaultRepository repository) throws IOException {
    StoredConfig config = loaded(repository);
    config.unsetSection(REMOTE, ORIGIN);
    config.save();
  }

  private static StoredConfig loaded(VaultRepository repository) throws IOException {
    StoredConfig config = repository.git().getConfig();
    try {
      config.load();
      return config;
    } catch (ConfigInvalidException malformed) {
      throw VaultProblems.corrupt(
          repository.folder().resolve("config").toString(), "Git's configuration is malformed");
    }
  }
}
