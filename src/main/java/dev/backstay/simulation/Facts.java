package dev.backstay.simulation;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the program {@code facts} prints of a simulated gateway. */
final class Facts {
  private static final List<String> TOOLS =
      List.of(
          "wg",
          "nft",
          "ip",
          "flock",
          "systemd-run",
          "apt-get",
          "dpkg",
          "sha256sum",
          "timeout",
          "base64",
          "tar");

  private final Machine machine;
  private final StringBuilder text = new StringBuilder();

  Facts(Machine machine) {
    this.machine = machine;
  }

  String text(Set<String> packages) {
    fact("protocol", "1");
    fact("hostname", machine.name);
    fact("boot-id", machine.bootId());
    fact("uptime", "%.2f".formatted(machine.uptime()));
    fact("clock", Long.toString(machine.wall()));
    fact("clock-synchronised", "yes");
    fact("kernel", "6.12.0-simulated");
    fact("architecture", "x86_64");
    fact("os", "debian", "12");
    fact("user", "root");
    fact("uid", "0");
    fact("init", "systemd", "252", "running");
    TOOLS.forEach(tool -> fact("tool", tool, "1.0"));
    fact("disk-free", "/var/lib/backstay", Long.toString(machine.freeKib));
    fact("dpkg-lock", "free");
    fact("dpkg-audit", machine.halfInstalled ? "broken" : "clean");
    new TreeSet<>(packages).forEach(this::packageFacts);
    fact("module", "loaded", absent(machine.loaded));
    fact("module", "disk", machine.moduleOnDisk());
    fact("module", "file", "/lib/modules/wireguard.ko");
    if (machine.interfacesUp) {
      fact(
          "interface",
          Observer.INTERFACE,
          "kernel",
          Observer.KEY,
          Integer.toString(Observer.PORT),
          "off",
          "1420",
          Integer.toString(machine.clients().size()));
    }
    machine.lease.ifPresentOrElse(
        lease ->
            fact(
                "lease",
                lease.condition.word(),
                lease.rollout,
                Long.toString(lease.epoch),
                Long.toString(new Deadman(machine).remaining(lease))),
        () -> fact("lease", "none"));
    fact("epoch", Long.toString(machine.epoch));
    return text.toString();
  }

  private void packageFacts(String name) {
    fact("package", name, "installed", machine.installed.getOrDefault(name, "none"));
    fact("package", name, "held", "no");
    machine
        .candidates
        .getOrDefault(name, Set.of())
        .forEach(version -> fact("package", name, "candidate", version));
  }

  private static String absent(String word) {
    return word.isEmpty() ? "none" : word;
  }

  private void fact(String... words) {
    text.append(String.join("\t", words)).append('\n');
  }
}
