package dev.backstay.lab;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host of the lab.
 *
 * @param memory what its kernel is given, in MB; what it does not touch costs nothing
 * @param loader how it comes to its kernel
 * @param parameters what its kernel is told besides disk, network and seed
 * @param clients how many clients shake hands with it; 0 for the client host
 */
record Host(
    String name,
    String address4,
    String address6,
    int memory,
    Loader loader,
    String parameters,
    int clients) {
  static final String CLIENTS = "clients";
  static final String FRONT = "lb1";

  /** Enough for systemd, SSH and one installation by apt at a time. */
  private static final int GATEWAY_MEMORY = 192;

  /** Sixty network namespaces with an interface and thirty pings take about 90 MB. */
  private static final int CLIENTS_MEMORY = 192;

  /**
   * A host that is killed loses nothing it wrote, as this machine lives on; so it need not wait for
   * the disk.
   */
  private static final String MOUNT_OPTIONS = "rootflags=nobarrier ";

  /**
   * Units that have nothing to do here and yet start a process each, which is what costs on
   * User-Mode Linux: the kernel makes the device nodes, the root file system is mounted as it shall
   * be, and only root logs in.
   */
  private static final String UNUSED_UNITS =
      Stream.of(
              "kmod-static-nodes",
              "systemd-tmpfiles-setup-dev",
              "systemd-remount-fs",
              "systemd-user-sessions",
              "modprobe@configfs",
              "modprobe@dm_mod",
              "modprobe@loop",
              "modprobe@fuse",
              "modprobe@drm",
              "modprobe@efi_pstore")
          .map(unit -> " systemd.mask=" + unit + ".service")
          .collect(Collectors.joining());

  static Host gateway(int number, Loader loader, int clients, String machineId) {
    return new Host(
        "gw" + number,
        "198.18.0." + (10 + number),
        "fd00:198:18::" + (10 + number),
        GATEWAY_MEMORY,
        loader,
        MOUNT_OPTIONS + "systemd.machine_id=" + machineId + UNUSED_UNITS,
        clients);
  }

  /** The switch in front of a pair. */
  static Host front(String machineId) {
    return new Host(
        FRONT,
        "198.18.0.31",
        "fd00:198:18::31",
        GATEWAY_MEMORY,
        Loader.DIRECT,
        MOUNT_OPTIONS + "systemd.machine_id=" + machineId + UNUSED_UNITS,
        0);
  }

  static Host clientHost() {
    return new Host(
        CLIENTS,
        "198.18.0.21",
        "fd00:198:18::21",
        CLIENTS_MEMORY,
        Loader.DIRECT,
        MOUNT_OPTIONS + "init=/usr/local/lib/backstay-lab/init",
        0);
  }

  LabStatus.Host seen(LabStatus.State state, long memoryUsed, Duration uptime, int handshaken) {
    return new LabStatus.Host(name, state, address4, memoryUsed, uptime, clients, handshaken);
  }
}
