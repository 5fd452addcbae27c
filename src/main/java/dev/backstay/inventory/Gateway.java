package dev.backstay.inventory;

import dev.backstay.ssh.Target;
import java.util.Set;

/**
 * A host that runs WireGuard for peers and is reached over SSH.
 *
 * @param name unique in the inventory; lower-case letters, digits, dots and dashes
 * @param target how to reach it
 * @param tags free words, for selection
 * @param site where it stands; empty when the inventory does not say
 * @param sealsItself whether it encrypts its snapshots by itself, so that the controller never sees
 *     a key; it needs {@code age} for that
 */
public record Gateway(
    String name, Target target, Set<String> tags, String site, boolean sealsItself) {
  /** One whose snapshots the controller encrypts. */
  public Gateway(String name, Target target, Set<String> tags, String site) {
    this(name, target, tags, site, false);
  }

  public Gateway {
    tags = Set.copyOf(tags);
  }
}
