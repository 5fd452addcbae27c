package dev.backstay.notify;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is told.
 *
 * @param topics of what
 * @param timeout of one try
 * @param tries at most; between them the pause doubles from one second
 */
public record Target(
    String name, Channel channel, List<Topic> topics, Duration timeout, int tries) {
  public Target {
    topics = List.copyOf(topics);
  }

  /** On which way. */
  public sealed interface Channel {
    /**
     * A POST with the message as its body.
     *
     * @param secret a file with the key of the signature, read at each delivery
     */
    record Webhook(URI url, Optional<Path> secret) implements Channel {
      /** Many a service puts its password into the path: that is not for a log. */
      @Override
      public String toString() {
        return url.getScheme() + "://" + url.getAuthority() + "/…";
      }
    }

    /**
     * A program with the message on its standard input.
     *
     * @param words the program and its arguments; no shell reads them
     */
    record Command(List<String> words) implements Channel {
      public Command {
        words = List.copyOf(words);
      }
    }
  }
}
