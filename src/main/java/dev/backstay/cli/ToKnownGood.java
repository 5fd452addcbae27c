package dev.backstay.cli;

import dev.backstay.gateway.GatewayPrograms;
import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.Inventory;
import dev.backstay.knowngood.KnownGood;
import dev.backstay.knowngood.Platform;
import dev.backstay.knowngood.WayBack;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.rollout.Journal;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.rollout.Stamp;
import dev.backstay.ssh.Connector;
import dev.backstay.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * From what a rollout brought to what was known to be good before it. Writes playbooks, one for
 * each set of versions, so that the way back is shown, judged and kept like any other change.
 */
record ToKnownGood(WorkingDirectory here, String rollout, SavedPlan saved) {

  /**
   * Asks the gateways what they have, and writes the playbooks.
   *
   * @throws ProblemException with every gateway for which nothing else is known to be good; then
   *     nothing is written
   */
  List<Path> playbooks(Inventory inventory) {
    Set<String> packages = packages();
    List<Gateway> gateways =
        inventory.gateways().stream().filter(gateway -> isIn(gateway.name())).toList();
    WayBack.Found found = WayBack.of(KnownGood.read(here.knownGood()), present(gateways, packages));
    if (!found.without().isEmpty()) {
      throw new ProblemException(
          found.without().entrySet().stream()
              .map(gateway ->
                  new Problem(
                      "nothing-known-good",
                      gateway.getKey(),
                      gateway.getValue(),
                      "backstay rollback %s takes back what the rollout changed"
                          .formatted(rollout)))
              .toList());
    }
    return write(found.ways());
  }

  /** What the rollout changed and known versions can replace. */
  private Set<String> packages() {
    if (RolloutState.fold(Journal.read(here.rollout(rollout).journal())).end().isEmpty()) {
      throw refused(
          "rollout-not-ended", "this rollout has not ended", "backstay resume " + rollout);
    }
    if (saved.playbook().text().isEmpty()) {
      throw refused("no-packages", "a restore brings no versions", "backstay snapshot restore");
    }
    Playbook playbook = PlaybookReader.read(saved.playbook().file(), saved.playbook().text());
    if (playbook.change().kernel().isPresent() || playbook.change().packages().isEmpty()) {
      throw refused(
          "no-packages",
          "this rollout changed something else than packages",
          "backstay rollback " + rollout);
    }
    return playbook.change().packages().keySet();
  }

  private ProblemException refused(String code, String sentence, String remedy) {
    return new ProblemException(code, rollout, sentence, remedy);
  }

  private boolean isIn(String gateway) {
    return saved.gateways().stream().anyMatch(entry -> entry.name().equals(gateway));
  }

  private List<WayBack.Present> present(List<Gateway> gateways, Set<String> packages) {
    List<WayBack.Present> present = new ArrayList<>();
    try (Connector connector = Wiring.connector()) {
      EachOf.run(
          gateways,
          gateway -> {
            GatewayPrograms programs = new GatewayPrograms(connector.shared(gateway.target()));
            present.add(present(gateway.name(), programs.fingerprint(packages), packages));
          });
    }
    return present;
  }

  private static WayBack.Present present(
      String gateway, Map<String, String> told, Set<String> packages) {
    Platform platform =
        Platform.of(
                told.getOrDefault("os", ""),
                told.getOrDefault("kernel", ""),
                told.getOrDefault("architecture", ""),
                told.getOrDefault("wireguard", ""))
            .orElseThrow(() ->
                new ProblemException(
                    "platform-unknown",
                    gateway,
                    "the gateway does not tell its platform",
                    "backstay facts " + gateway));
    Map<String, String> versions = new TreeMap<>();
    packages.forEach(name -> versions.put(name, told.getOrDefault("package " + name, "")));
    return new WayBack.Present(gateway, platform, versions);
  }

  private List<Path> write(List<WayBack> ways) {
    List<Path> files = new ArrayList<>();
    String stamp = Stamp.of(Time.real().clock().instant());
    for (WayBack way : ways) {
      String number = ways.size() == 1 ? "" : "-" + (files.size() + 1);
      Path file =
          here.path().resolve("playbooks").resolve("known-good-" + stamp + number + ".yaml");
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(
            file,
            way.playbook("known-good" + number, saved.playbook().text()),
            StandardOpenOption.CREATE_NEW);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      files.add(file);
    }
    return files;
  }
}
