package dev.backstay.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/** Finds out where a vault stands. */
record ReadStatus(VaultPlace place) {
  VaultStatus read() throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      ObjectId tip = Branch.of(repository, place).tip();
      RevCommit commit = repository.commit(tip);
      VaultTree tree = VaultTree.of(repository, tip);
      Recipients recipients = tree.recipients();
      List<String> forOthers = new ArrayList<>();
      for (String gateway : tree.gatewayNames()) {
        if (!tree.manifest(gateway).orElseThrow().recipients().equals(recipients.lines())) {
          forOthers.add(gateway);
        }
      }
      return new VaultStatus(
          tip.name(),
          commit.getCommitterIdent().getWhenAsInstant(),
          commit.getShortMessage(),
          tree.gatewayNames().size(),
          recipients.lines(),
          forOthers,
          !repository.git().isBare(),
          remote(repository, tip));
    }
  }

  /** Of the remote alone: no gateway's manifest is looked at. */
  Optional<VaultStatus.Remote> remote() throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      return remote(repository, repository.tip());
    }
  }

  private Optional<VaultStatus.Remote> remote(VaultRepository repository, ObjectId tip)
      throws IOException {
    Optional<RemoteSettings> settings = RemoteSettings.read(repository);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    Optional<ObjectId> seen = repository.remoteTip();
    int ahead = repository.between(seen.stream().toList(), tip).size();
    int behind = seen.isEmpty() ? 0 : repository.between(List.of(tip), seen.get()).size();
    return Optional.of(
        new VaultStatus.Remote(
            settings.get().url().text(),
            seen.isPresent(),
            ahead,
            behind,
            PushPending.read(place.pushPending())));
  }
}
