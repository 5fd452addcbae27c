package dev.backstay.lab;

import java.time.Duration;

/**
 * A host of the lab.
 *
 * @param memory what its kernel is given, in MB; what it does not touch costs nothing
 * @param parameters what its kernel is told besides disk, network and seed
 * @param clients how many clients shake hands with it; 0 for the client host
 */
record Host(
    String name, String address4, String address6, int memory, String parameters, int clients) {
  static final String CLIENTS = "clients";

  /** Enough for systemd, SSH and one installation by apt at a time. */
  private static final int GATEWAY_MEMORY = 192;

  /** Sixty network namespaces with an interface and thirty pings take about 90 MB. */
  private static final int CLIENTS_MEMORY = 192;

  static Host gateway(int number, int clients, String machineId) {
    return new Host(
        "gw" + number,
        "198.18.0." + (10 + number),
        "fd00:198:18::" + (10 + number),
        GATEWAY_MEMORY,
        "systemd.machine_id=" + machineId,
        clients);
  }

  static Host clientHost() {
    return new Host(
        CLIENTS,
        "198.18.0.21",
        "fd00:198:18::21",
        CLIENTS_MEMORY,
        "init=/usr/local/lib/backstay-lab/init",
        0);
  }

  LabStatus.Host seen(LabStatus.State state, long memoryUsed, Duration uptime, int handshaken) {
    return new LabStatus.Host(name, state, address4, memoryUsed, uptime, clients, handshaken);
  }
}
