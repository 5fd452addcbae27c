package dev.backstay.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Programs in one tar archive, and the command line that puts them in place on a gateway. */
final class ProgramArchive {
  /** Only root reads, writes and runs them. */
  private static final int MODE = 0700;

  /** The same for every gateway. */
  static final ProgramArchive INSTALLED = of(ProgramText.installed());

  private final byte[] bytes;

  private ProgramArchive(byte[] bytes) {
    this.bytes = bytes;
  }

  static ProgramArchive of(List<ProgramText> programs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (ProgramText program : programs) {
        byte[] text = program.bytes();
        TarArchiveEntry entry = new TarArchiveEntry(program.file());
        entry.setMode(MODE);
        entry.setSize(text.length);
        tar.putArchiveEntry(entry);
        tar.write(text);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProgramArchive(bytes.toByteArray());
  }

  /** Read by many, and written by nobody. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * A tick may be running the old ones: each is renamed into place, when all are on the disk.
   *
   * @param directory absolute, of plain words
   */
  String unpack(String directory) {
    String fresh = directory + ".new";
    return String.join(
        " && ",
        "umask 077",
        "mkdir -p " + directory,
        "rm -rf " + fresh,
        "mkdir " + fresh,
        "tar -xf - -C " + fresh,
        "sync",
        "mv -f " + fresh + "/* " + directory + "/",
        "rmdir " + fresh);
  }
}
