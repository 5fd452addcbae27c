package dev.backstay.transaction;

import dev.backstay.playbook.ScriptWish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The scripts of a change in one tar archive, as the program {@code stage} takes them. */
final class ScriptArchive {
  /** Only root reads, writes and runs them. */
  private static final int MODE = 0700;

  private ScriptArchive() {}

  static byte[] of(List<ScriptWish> scripts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (ScriptWish script : scripts) {
        for (ScriptWish.Kind kind : script.kinds()) {
          byte[] text = kind.file().content().bytes();
          TarArchiveEntry entry = new TarArchiveEntry(script.name() + "." + kind.word());
          entry.setMode(MODE);
          entry.setSize(text.length);
          tar.putArchiveEntry(entry);
          tar.write(text);
          tar.closeArchiveEntry();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
