package dev.backstay.snapshot;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is to be saved of a gateway, whoever encrypts it. */
record Captured(Instant takenAt, Facts facts, SortedMap<String, Content> files) {
  static Captured of(Capture capture) {
    SortedMap<String, Content> files = new TreeMap<>();
    capture.files().forEach((path, file) -> files.put(path, new Content.Clear(file)));
    return new Captured(capture.takenAt(), capture.facts(), files);
  }
}
