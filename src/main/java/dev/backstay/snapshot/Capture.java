package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.nio.charset.StandardCharsets;
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

  /** What the program {@code capture} on the gateway tells in clear for the manifest. */
  private static final String PUBLIC = "public";

  /**
   * Reads what the program {@code capture} has written.
   *
   * @param tar wiped when this returns, whichever way
   * @throws ProblemException {@code archive-invalid}, {@code capture-invalid}
   */
  public static Capture of(Instant takenAt, byte[] tar) {
    SortedMap<String, CapturedFile> files = Tarball.read(tar);
    CapturedFile told = files.remove(PUBLIC);
    if (told == null) {
      files.values().forEach(file -> file.content().close());
      throw VaultProblems.captureInvalid("its public part is missing");
    }
    try (SecretBytes text = told.content()) {
      Facts facts = Facts.parse(new String(text.bytes(), StandardCharsets.UTF_8));
      return new Capture(takenAt, files, facts);
    } catch (ProblemException unfit) {
      files.values().forEach(file -> file.content().close());
      throw unfit;
    }
  }

  @Override
  public void close() {
    files.values().forEach(file -> file.content().close());
  }
}
