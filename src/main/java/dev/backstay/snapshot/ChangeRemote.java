package dev.backstay.snapshot;

import java.io.IOException;
import java.util.Optional;

/** Names another remote, or none. Under the vault's lock. */
record ChangeRemote(VaultPlace place) {
  Optional<RemoteSettings> now() throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      return RemoteSettings.read(repository);
    }
  }

  /**
   * What was seen of the old remote says nothing of the new one.
   *
   * @param settings empty for none
   */
  void to(Optional<RemoteSettings> settings) throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      if (settings.isPresent()) {
        settings.get().write(repository);
      } else {
        RemoteSettings.remove(repository);
      }
      repository.forgetRemoteTip();
      PushPending.done(place.pushPending());
    }
  }
}
