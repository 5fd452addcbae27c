package dev.backstay.snapshot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What one look at a gateway has brought: a tar of text files, compressed, since what is encrypted
 * cannot be compressed any more. Treated as a secret. Closing wipes it.
 */
public final class EvidenceArchive implements AutoCloseable {
  /** The file that names, a line each, the parts of which the gateway had more than was taken. */
  public static final String CUT = "cut";

  private final SecretBytes packed;

  private EvidenceArchive(SecretBytes packed) {
    this.packed = packed;
  }

  static EvidenceArchive owning(SecretBytes packed) {
    return new EvidenceArchive(packed);
  }

  /**
   * @param tar as the program {@code evidence} has written it; wiped when this returns
   * @param more further parts, by name; wiped when this returns
   * @throws dev.backstay.problem.ProblemException {@code archive-invalid}
   */
  public static EvidenceArchive of(byte[] tar, Map<String, byte[]> more) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    try {
      files.putAll(Tarball.read(tar));
      more.forEach((name, text) ->
          files.put(name, new CapturedFile(SecretBytes.owning(text), 0600, "root:root")));
      byte[] whole = Tarball.write(files);
      try {
        return new EvidenceArchive(SecretBytes.owning(gzip(whole)));
      } finally {
        Arrays.fill(whole, (byte) 0);
      }
    } finally {
      files.values().forEach(file -> file.content().close());
      more.values().forEach(text -> Arrays.fill(text, (byte) 0));
    }
  }

  private static byte[] gzip(byte[] whole) {
    Wiped out = new Wiped();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(whole);
    } catch (IOException e) {
      throw new IllegalStateException("an array in memory takes what fits", e);
    }
    return out.taken();
  }

  /** A buffer that leaves nothing behind once its content was taken. */
  private static final class Wiped extends ByteArrayOutputStream {
    byte[] taken() {
      byte[] content = toByteArray();
      Arrays.fill(buf, (byte) 0);
      reset();
      return content;
    }
  }

  SecretBytes packed() {
    return packed;
  }

  /** Compressed, in bytes. */
  public int size() {
    return packed.size();
  }

  /**
   * Its parts in clear, by name; the caller closes them.
   *
   * @throws dev.backstay.problem.ProblemException {@code archive-invalid}
   */
  public SortedMap<String, SecretBytes> parts() {
    SortedMap<String, SecretBytes> parts = new TreeMap<>();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.bytes()))) {
      byte[] tar = in.readNBytes(Tarball.MAX_BYTES);
      Tarball.read(tar).forEach((name, file) -> parts.put(name, file.content()));
      return parts;
    } catch (IOException malformed) {
      throw VaultProblems.archiveInvalid("it is cut off or malformed");
    }
  }

  /** The parts of which there was more. */
  public List<String> cut() {
    SortedMap<String, SecretBytes> parts = parts();
    try {
      SecretBytes names = parts.get(CUT);
      return names == null
          ? List.of()
          : names.read(text -> new String(text, StandardCharsets.UTF_8).lines().toList());
    } finally {
      parts.values().forEach(SecretBytes::close);
    }
  }

  @Override
  public void close() {
    packed.close();
  }

  @Override
  public String toString() {
    return "***";
  }
}
