package dev.backstay.ssh;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One end of one SSH connection: a gateway, or a host on the way to it. Two equal endpoints reached
 * over equal ways are the same connection.
 */
record Endpoint(
    String name, String host, int port, String user, List<Path> identities, Path knownHosts) {

  /** The way to a target, first hop first; the target itself is the last. Never empty. */
  static List<Endpoint> route(Target target) {
    List<Endpoint> route = new ArrayList<>();
    for (Target.Jump jump : target.jumps()) {
      route.add(
          new Endpoint(
              "jump host " + jump.host(),
              jump.host(),
              jump.port(),
              jump.user(),
              target.identities(),
              target.knownHosts()));
    }
    route.add(
        new Endpoint(
            target.name(),
            target.host(),
            target.port(),
            target.user(),
            target.identities(),
            target.knownHosts()));
    return List.copyOf(route);
  }

  /** As the first field of a known_hosts line names it. */
  String knownHostsName() {
    String lower = host.toLowerCase(Locale.ROOT);
    return port == 22 ? lower : "[" + lower + "]:" + port;
  }

  /** For sentences. */
  String address() {
    return host + " port " + port;
  }
}
