package dev.backstay.cli;

import dev.backstay.change.Preflight;
import dev.backstay.gateway.FactsQuery;
import dev.backstay.gateway.KnownFacts;
import dev.backstay.inventory.Gateway;
import dev.backstay.inventory.InventoryReader;
import dev.backstay.playbook.PlaybookReader;
import java.nio.file.Path;
import java.util.Random;

/** What gateways would have told, had they been asked: for the benchmark of planning alone. */
final class FillKnownFacts {
  private static final String ANSWER =
      """
      protocol\t1
      hostname\t%s
      boot-id\t00000000-0000-4000-8000-000000000000
      uptime\t100000.00
      kernel\t6.%d.0
      architecture\tx86_64
      os\tdebian\t13
      user\troot
      init\tsystemd
      package-manager\tdpkg
      tool\twg\t1.0.20210914
      tool\tnft\t1.1.3
      tool\tip\tunknown
      tool\tflock\tunknown
      tool\tsystemd-run\tunknown
      tool\tapt-get\tunknown
      tool\tdpkg\tunknown
      tool\tsha256sum\tunknown
      tool\ttimeout\tunknown
      tool\tbase64\tunknown
      tool\ttar\tunknown
      disk-free\t/var/lib/backstay\t1000000
      dpkg-lock\tfree
      dpkg-audit\tclean
      package\twireguard-dkms\tinstalled\t1.0.0
      package\twireguard-dkms\theld\tno
      package\twireguard-dkms\tcandidate\t1.0.0
      package\twireguard-dkms\tcandidate\t1.0.1
      module\tloaded\tAAAA
      module\tdisk\tAAAA
      interface\twg0\tkernel\tAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\t51820\toff\t1420\t%d\t%d
      lease\tnone
      epoch\t3
      """;

  private FillKnownFacts() {}

  /**
   * @param arguments a working directory, its inventory, a playbook
   */
  public static void main(String[] arguments) {
    KnownFacts known = new WorkingDirectory(Path.of(arguments[0])).knownFacts();
    FactsQuery query = new Preflight(PlaybookReader.read(Path.of(arguments[2]))).query();
    Random random = new Random(1);
    for (Gateway gateway :
        new InventoryReader(Path.of("/")).read(Path.of(arguments[1])).gateways()) {
      int peers = 5 + random.nextInt(500);
      int kernel = 1 + 11 * random.nextInt(2);
      known.keep(gateway, query, ANSWER.formatted(gateway.name(), kernel, peers, peers / 2));
    }
  }
}
