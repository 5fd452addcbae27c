package dev.backstay.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The lines of one known_hosts file, found by the host they may be about. A fleet's file has a line
 * for each host and is asked once for each: to read all of it each time would take the square of
 * their number. Immutable.
 */
final class KnownHostsFile {
  /**
   * @param number from 1
   */
  record Line(int number, String text) {}

  private final Map<String, List<Line>> byHost = new HashMap<>();

  /** Those whose names do not say it themselves: patterns, hashes, and all with a marker. */
  private final List<Line> others = new ArrayList<>();

  private KnownHostsFile(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      String text = lines.get(i).strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        add(new Line(i + 1, text));
      }
    }
  }

  private void add(Line line) {
    String names = line.text().split("\\s", 2)[0];
    if (names.matches(".*[@|*?!].*")) {
      others.add(line);
      return;
    }
    for (String name : names.split(",")) {
      byHost.computeIfAbsent(host(name), _ -> new ArrayList<>()).add(line);
    }
  }

  /** Without brackets and port: which port a line is for is decided by whoever compares it. */
  private static String host(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int end = lower.lastIndexOf(']');
    return lower.startsWith("[") && end > 0 ? lower.substring(1, end) : lower;
  }

  /** Every line that can be about this host, and some that are not; in the order of the file. */
  List<Line> about(String host) {
    return Stream.concat(byHost.getOrDefault(host(host), List.of()).stream(), others.stream())
        .distinct()
        .sorted(Comparator.comparingInt(Line::number))
        .toList();
  }

  /** Keeps what was read until a file changes. Thread-safe. */
  static final class Reader {
    private record Read(FileTime modified, long size, KnownHostsFile file) {}

    private final Map<Path, Read> read = new ConcurrentHashMap<>();

    /**
     * A file that is not there holds no line.
     *
     * @throws IOException if it is there and cannot be read
     */
    KnownHostsFile read(Path path) throws IOException {
      try {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        Read known = read.get(path);
        if (known == null
            || known.size() != now.size()
            || !known.modified().equals(now.lastModifiedTime())) {
          // Latin-1 reads any byte: a comment in another encoding must not hide the other lines.
          List<String> lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
          known = new Read(now.lastModifiedTime(), now.size(), new KnownHostsFile(lines));
          read.put(path, known);
        }
        return known.file();
      } catch (NoSuchFileException e) {
        return new KnownHostsFile(List.of());
      }
    }
  }
}
