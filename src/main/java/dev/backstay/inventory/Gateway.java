package dev.backstay.inventory;

import dev.backstay.ssh.Target;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * A host that runs WireGuard for peers and is reached over SSH.
 *
 * @param name unique in the inventory; lower-case letters, digits, dots and dashes
 * @param target how to reach it
 * @param tags free words, for selection
 * @param site where it stands; empty when the inventory does not say
 * @param pair the name it shares with those that stand in for it; empty when it has none. Members
 *     of a pair are not changed together
 * @param zone of its site, for maintenance windows
 * @param sealsItself whether it encrypts its snapshots by itself, so that the controller never sees
 *     a key; it needs {@code age} for that
 */
public record Gateway(
    String name,
    Target target,
    Set<String> tags,
    String site,
    String pair,
    Optional<ZoneId> zone,
    boolean sealsItself) {
  /** One that stands alone, and whose snapshots the controller encrypts. */
  public Gateway(String name, Target target, Set<String> tags, String site) {
    this(name, target, tags, site, "", Optional.empty(), false);
  }

  public Gateway {
    tags = Set.copyOf(tags);
  }
}
