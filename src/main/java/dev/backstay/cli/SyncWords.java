package dev.backstay.cli;

import dev.backstay.snapshot.Synced;
import java.util.ArrayList;
import java.util.List;

/** What talking with the remote did, as people read it. */
final class SyncWords {
  private SyncWords() {}

  static String of(Synced synced) {
    List<String> lines = new ArrayList<>();
    if (synced.received() > 0) {
      lines.add(
          "%s from the remote that were new here."
              .formatted(Counted.of(synced.received(), "commit")));
    }
    lines.addAll(synced.decisions());
    lines.add(
        synced.sent() == 0
            ? "%s has everything, up to commit %s.".formatted(synced.url(), tip(synced))
            : "%s pushed to %s, up to commit %s."
                .formatted(Counted.of(synced.sent(), "commit"), synced.url(), tip(synced)));
    return String.join(System.lineSeparator(), lines);
  }

  private static String tip(Synced synced) {
    return synced.commit().substring(0, 10);
  }
}
