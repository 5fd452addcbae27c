package dev.backstay.snapshot;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Which commit wrote which state of a gateway, as far as this process has found out: two hundred
 * unchanged gateways need one walk through the history, not two hundred. Safe for use by several
 * threads.
 */
final class KnownWriters {
  private final Map<String, ObjectId> commits = new ConcurrentHashMap<>();

  void wrote(String gateway, ObjectId state, ObjectId commit) {
    commits.put(key(gateway, state), commit.copy());
  }

  /**
   * @param tree what is at the tip; has a state of the gateway
   */
  ObjectId writer(History history, ObjectId tip, VaultTree tree, String gateway)
      throws IOException {
    ObjectId state = tree.gateway(gateway).orElseThrow();
    ObjectId known = commits.get(key(gateway, state));
    // Another process may have written the history anew.
    if (known != null && tree.repository().has(known)) {
      return known;
    }
    history
        .writers(tip, tree.gatewayNames())
        .forEach((name, commit) -> tree.gateway(name).ifPresent(its -> wrote(name, its, commit)));
    return Objects.requireNonNull(commits.get(key(gateway, state)), "somebody wrote it");
  }

  void forget() {
    commits.clear();
  }

  private static String key(String gateway, ObjectId state) {
    return state.name() + gateway;
  }
}
