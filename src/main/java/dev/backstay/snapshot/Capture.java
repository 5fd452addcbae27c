package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was read from a gateway at one moment. Closing wipes the contents; {@link Vault#save} does
 * so for its caller.
 *
 * @param takenAt when it was read; kept to the second
 * @param files by path on the gateway, without the leading slash: {@code etc/wireguard/wg0.conf}.
 *     Paths are public; no secret belongs in a name
 */
public record Capture(Instant takenAt, SortedMap<String, CapturedFile> files, Facts facts)
    implements AutoCloseable {
  /**
   * @throws ProblemException {@code capture-invalid}: there is no file, or a path that Git or the
   *     manifest cannot hold
   */
  public Capture {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    VaultPaths.require(files.keySet());
  }

  @Override
  public void close() {
    files.values().forEach(file -> file.content().close());
  }
}
