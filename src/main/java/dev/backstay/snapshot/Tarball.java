package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Reads the files of a gateway from a tar archive (ustar, pax or GNU), as {@code tar -c} on it
 * writes one. All of it or nothing: an archive that is cut off, or that holds something other than
 * regular files and folders, is refused, for half a snapshot looks like a whole one.
 */
public final class Tarball {
  /** Configurations are kilobytes; this stops a wrong path from filling the heap. */
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  private static final int RECORD = 512;
  private static final int END_MARK = 2 * RECORD;

  private Tarball() {}

  /**
   * @param tar wiped when this returns, whichever way; at most {@link #MAX_BYTES}
   * @return by path without {@code ./} or {@code /} before it; folders are left out
   * @throws ProblemException {@code archive-invalid}, {@code capture-invalid}
   */
  public static SortedMap<String, CapturedFile> read(byte[] tar) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    boolean whole = false;
    try {
      if (tar.length > MAX_BYTES) {
        throw VaultProblems.archiveInvalid("it has more than " + MAX_BYTES + " bytes");
      }
      try (TarFile archive = new TarFile(tar)) {
        requireEndMark(tar, readEntries(archive, files));
      }
      whole = true;
      return files;
    } catch (IOException | IllegalArgumentException malformed) {
      throw VaultProblems.archiveInvalid("it is cut off or malformed");
    } finally {
      Arrays.fill(tar, (byte) 0);
      if (!whole) {
        files.values().forEach(file -> file.content().close());
      }
    }
  }

  /**
   * Writes files as {@code tar -x} reads them, in the order of their paths.
   *
   * @param files not closed
   * @return to be wiped by the caller
   */
  public static byte[] write(SortedMap<String, CapturedFile> files) {
    int size = END_MARK;
    for (CapturedFile file : files.values()) {
      // Its header, and room for the two records of a path that is longer than a header holds.
      size += 4 * RECORD + Math.ceilDiv(file.content().size(), RECORD) * RECORD;
    }
    WipedArray out = new WipedArray(size + TarConstants.DEFAULT_BLKSIZE);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, RECORD, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Map.Entry<String, CapturedFile> entry : files.entrySet()) {
        TarArchiveEntry header = new TarArchiveEntry(entry.getKey());
        header.setSize(entry.getValue().content().size());
        header.setMode(PRIVATE);
        header.setModTime(0);
        tar.putArchiveEntry(header);
        tar.write(entry.getValue().content().bytes());
        tar.closeArchiveEntry();
      }
      tar.finish();
      return out.taken();
    } catch (IOException impossible) {
      throw new IllegalStateException("an array in memory takes what fits", impossible);
    } finally {
      out.wipe();
    }
  }

  private static final int PRIVATE = 0600;

  /** A buffer of a known size, so that no copy is left behind by growing. */
  private static final class WipedArray extends OutputStream {
    private final byte[] bytes;
    private int used;

    WipedArray(int size) {
      bytes = new byte[size];
    }

    @Override
    public void write(int b) {
      bytes[used++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      System.arraycopy(from, offset, bytes, used, length);
      used += length;
    }

    byte[] taken() {
      return Arrays.copyOf(bytes, used);
    }

    void wipe() {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Returns where the last entry's records end. */
  private static long readEntries(TarFile archive, SortedMap<String, CapturedFile> files)
      throws IOException {
    long end = 0;
    for (TarArchiveEntry entry : archive.getEntries()) {
      if (!entry.isDirectory()) {
        String path = path(entry);
        if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
          throw VaultProblems.archiveInvalid("'" + path + "' is not a regular file");
        }
        CapturedFile file = file(archive, entry);
        if (files.putIfAbsent(path, file) != null) {
          file.content().close();
          throw VaultProblems.archiveInvalid("'" + path + "' is in it twice");
        }
      }
      end = entry.getDataOffset() + Math.ceilDiv(entry.getSize(), (long) RECORD) * RECORD;
    }
    return end;
  }

  private static String path(TarArchiveEntry entry) {
    return entry.getName().replaceFirst("^(?:\\./+|/+)*", "");
  }

  private static CapturedFile file(TarFile archive, TarArchiveEntry entry) throws IOException {
    if (entry.getSize() > MAX_BYTES) {
      throw VaultProblems.archiveInvalid("a file in it claims to be larger than the archive");
    }
    SecretBytes content = SecretBytes.owning(new byte[(int) entry.getSize()]);
    boolean whole = false;
    try (InputStream in = archive.getInputStream(entry)) {
      if (in.readNBytes(content.bytes(), 0, content.size()) != content.size()) {
        throw VaultProblems.archiveInvalid("it is cut off");
      }
      CapturedFile file = new CapturedFile(content, entry.getMode() & 07777, owner(entry));
      whole = true;
      return file;
    } finally {
      if (!whole) {
        content.close();
      }
    }
  }

  private static String owner(TarArchiveEntry entry) {
    String user = entry.getUserName();
    String group = entry.getGroupName();
    return (user.isEmpty() ? Long.toString(entry.getLongUserId()) : user)
        + ":"
        + (group.isEmpty() ? Long.toString(entry.getLongGroupId()) : group);
  }

  /** The library takes the end of the bytes for the end of the archive; tar marks the real one. */
  private static void requireEndMark(byte[] tar, long end) {
    boolean marked = tar.length - end >= END_MARK;
    for (long i = end; marked && i < tar.length; i++) {
      marked = tar[(int) i] == 0;
    }
    if (!marked) {
      throw VaultProblems.archiveInvalid("it is cut off: the mark of its end is missing");
    }
  }
}
