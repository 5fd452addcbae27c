package dev.backstay.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/** What the last lines of a commit's message say to machines; {@code git log} shows them too. */
final class Trailers {
  /** The rollout that the snapshot was taken for. */
  static final String ROLLOUT = "Rollout";

  /** The gateway of which evidence was kept. */
  static final String EVIDENCE = "Evidence";

  /** The id that this commit had before the history was written anew. */
  static final String WAS = "Was";

  /** A tip of main that this commit takes the place of, although it does not come after it. */
  static final String REPLACES = "Replaces";

  /** How often the history before this commit was written anew. */
  static final String GENERATION = "Generation";

  private Trailers() {}

  static String line(String key, String value) {
    return key + ": " + value + "\n";
  }

  /** The message with one more line of them. */
  static String with(String message, String key, String value) {
    String text = message.stripTrailing();
    boolean more = text.contains("\n\n");
    return text + (more ? "\n" : "\n\n") + line(key, value);
  }

  static Optional<String> first(RevCommit commit, String key) {
    return commit.getFooterLines(key).stream().findFirst();
  }

  /** What is no id is left out. */
  static List<ObjectId> ids(RevCommit commit, String key) {
    List<ObjectId> ids = new ArrayList<>();
    for (String value : commit.getFooterLines(key)) {
      if (ObjectId.isId(value)) {
        ids.add(ObjectId.fromString(value));
      }
    }
    return ids;
  }

  static int generation(RevCommit commit) {
    return first(commit, GENERATION)
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(Integer::parseInt)
        .orElse(0);
  }
}
