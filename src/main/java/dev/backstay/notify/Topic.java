package dev.backstay.notify;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody can want to be told of. */
public enum Topic {
  STARTED,
  WAVE_PASSED,
  WAVE_FAILED,
  /** Nothing goes on before a person has done something, or before a time has come. */
  WAITING,
  /** The rollout has ended, and what it had changed is back in its old state. */
  ROLLED_BACK,
  /** A gateway or the whole rollout is in a state that only a person can judge. */
  NEEDS_PERSON,
  /** The rollout has ended, however it did. */
  ENDED;

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Topic> of(String word) {
    return Arrays.stream(values()).filter(topic -> topic.word().equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Topic::word).toList();
  }

  /** Who wants to hear of the end hears of every kind of it. */
  boolean isWantedBy(List<Topic> wanted, boolean end) {
    return wanted.contains(this) || (end && wanted.contains(ENDED));
  }
}
