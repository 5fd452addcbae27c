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
          "tar",
          "modprobe",
          "wg-quick",
          "grub-editenv");

  private final Machine machine;
  private final StringBuilder text = new StringBuilder();

  Facts(Machine machine) {
    this.machine = machine;
  }

  /**
   * @param arguments of the program: {@code --sysctl KEY}, {@code --interfaces}, {@code --boot} and
   *     packages
   */
  String text(List<String> arguments) {
    Set<String> packages = new TreeSet<>();
    Set<String> settings = new TreeSet<>();
    boolean interfaces = false;
    boolean boot = false;
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--sysctl" -> settings.add(arguments.get(++i));
        case "--interfaces" -> interfaces = true;
        // Nobody has one here.
        case "--preshared" -> interfaces = true;
        case "--boot" -> boot = true;
        default -> packages.add(arguments.get(i));
      }
    }
    fact("protocol", "1");
    fact("hostname", machine.name);
    fact("boot-id", machine.bootId());
    fact("uptime", "%.2f".formatted(machine.uptime()));
    fact("clock", Long.toString(machine.wall()));
    fact("clock-synchronised", "yes");
    fact("kernel", machine.kernel);
    fact("architecture", "x86_64");
    fact("os", "debian", "12");
    fact("user", "root");
    fact("uid", "0");
    fact("init", "systemd", "252", "running");
    TOOLS.forEach(tool -> fact("tool", tool, "1.0"));
    fact("disk-free", "/var/lib/backstay", Long.toString(machine.freeKib));
    fact("dpkg-lock", "free");
    fact("dpkg-audit", machine.halfInstalled ? "broken" : "clean");
    packages.forEach(this::packageFacts);
    settings.forEach(this::setting);
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
          machine.settings.getOrDefault(Outfit.MTU, "1420"),
          Integer.toString(machine.clients().size()),
          Long.toString(active()));
      if (interfaces) {
        configuration();
      }
    }
    if (boot) {
      bootLoader();
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

  private long active() {
    return machine.clients().stream()
        .filter(client -> client.handshake(machine.uptime()) >= 0)
        .count();
  }

  private void setting(String key) {
    String value = machine.settings.getOrDefault(key, "");
    if (value.isEmpty()) {
      fact("sysctl", key, "missing");
    } else {
      fact("sysctl", key, "value", value);
    }
  }

  private void configuration() {
    fact("config", Observer.INTERFACE, "owner", "wg-quick", "etc/wireguard/wg0.conf");
    fact("config", Observer.INTERFACE, "table", "auto");
    fact("config", Observer.INTERFACE, "address", "10.0.0.1/16");
    List<Client> clients = machine.clients();
    for (int i = 0; i < clients.size(); i++) {
      String address = "10.0.%d.%d/32".formatted(1 + i / 250, 1 + i % 250);
      fact(
          "config",
          Observer.INTERFACE,
          "peer",
          clients.get(i).key(),
          address,
          "25",
          clients.get(i).endpoint());
    }
  }

  private void bootLoader() {
    fact("boot", "loader", "grub");
    fact("boot", "editor", "yes");
    fact("boot", "default", "saved");
    fact("boot", "on", "ext4", "/dev/vda1");
    machine.kernels.forEach(release -> fact("boot", "kernel", release));
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
