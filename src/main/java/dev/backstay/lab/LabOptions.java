package dev.backstay.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How large a lab to bring up, and where to say how to reach it.
 *
 * @param kernel what the hosts boot
 * @param gateways 1 to 9, named gw1, gw2 …
 * @param clientsPerGateway 0 to 150
 * @param directory where the inventory and the SSH files are written; made if it is missing
 * @param attached whether the lab ends with this process, however this process ends; otherwise it
 *     stays until {@link Lab#down}
 * @param limit how long all hosts together may take to be ready
 * @param unwritableGrubenv names of gateways whose boot loader cannot write its environment block,
 *     as where /boot is on LVM: a kernel chosen for one boot is then chosen at every boot
 * @param pair whether gw1 and gw2 have the same key and the same peers, and stand behind a switch
 *     named lb1, which their clients take for their gateway; needs two gateways
 */
public record LabOptions(
    Kernel kernel,
    int gateways,
    int clientsPerGateway,
    Path directory,
    boolean attached,
    Duration limit,
    Set<String> unwritableGrubenv,
    boolean pair) {
  public LabOptions {
    if (pair && gateways < 2) {
      throw new IllegalArgumentException("a pair is two gateways, not " + gateways);
    }
    if (gateways < 1 || gateways > 9) {
      throw new IllegalArgumentException("a lab has 1 to 9 gateways, not " + gateways);
    }
    if (clientsPerGateway < 0 || clientsPerGateway > 150) {
      throw new IllegalArgumentException(
          "a gateway of the lab has 0 to 150 clients, not " + clientsPerGateway);
    }
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("the time limit is positive, not " + limit);
    }
    unwritableGrubenv = Set.copyOf(unwritableGrubenv);
    for (String name : unwritableGrubenv) {
      if (!name.matches("gw[1-9]") || name.charAt(2) - '0' > gateways) {
        throw new IllegalArgumentException("the lab has no gateway " + name);
      }
    }
    directory = directory.toAbsolutePath().normalize();
  }

  /** Three gateways with twenty clients each, detached, described in {@code .backstay/lab}. */
  public static LabOptions of(Kernel kernel) {
    return new LabOptions(
        kernel, 3, 20, Path.of(".backstay", "lab"), false, Duration.ofMinutes(3), Set.of(), false);
  }

  public LabOptions withSize(int gatewayCount, int clientCount) {
    return new LabOptions(
        kernel, gatewayCount, clientCount, directory, attached, limit, unwritableGrubenv, pair);
  }

  public LabOptions in(Path folder) {
    return new LabOptions(
        kernel, gateways, clientsPerGateway, folder, attached, limit, unwritableGrubenv, pair);
  }

  public LabOptions endingWithThisProcess() {
    return new LabOptions(
        kernel, gateways, clientsPerGateway, directory, true, limit, unwritableGrubenv, pair);
  }

  public LabOptions withUnwritableGrubenv(Set<String> names) {
    return new LabOptions(
        kernel, gateways, clientsPerGateway, directory, attached, limit, names, pair);
  }

  public LabOptions within(Duration time) {
    return new LabOptions(
        kernel, gateways, clientsPerGateway, directory, attached, time, unwritableGrubenv, pair);
  }

  /** With a switch in front of gw1 and gw2. */
  public LabOptions withPair() {
    return new LabOptions(
        kernel, gateways, clientsPerGateway, directory, attached, limit, unwritableGrubenv, true);
  }
}
