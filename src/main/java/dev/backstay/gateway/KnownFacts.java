package dev.backstay.gateway;

import dev.backstay.inventory.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What gateways told when they were last asked, a file for each: one line that says when, by which
 * way and what was asked, then the answer as it came. Good enough to plan with, because a plan is
 * held against the gateways before it is carried out; never good enough to change one. Holds no key
 * but public ones. Safe for use by several threads and processes.
 */
public final class KnownFacts {
  private static final String FORMAT = "known 1";
  private static final FileAttribute<Set<PosixFilePermission>> OURS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;
  private final Clock clock;

  /**
   * @param folder is made when there is something to keep
   */
  public KnownFacts(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * @param at when the gateway was asked
   */
  public record Known(Instant at, Facts facts) {}

  /** What the gateway tells now that it was asked this. */
  public void keep(Gateway gateway, FactsQuery query, String answer) {
    try {
      Files.createDirectories(folder, OURS);
      Path fresh = Files.createTempFile(folder, ".new", "");
      Files.writeString(fresh, head(clock.instant(), gateway, query) + "\n" + answer);
      Files.move(fresh, file(gateway), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the gateway told, if it was asked at least this, by the same way, and not before then.
   * Nothing for a file that says anything else: then the gateway is asked.
   */
  public Optional<Known> since(Gateway gateway, FactsQuery query, Instant since) {
    String text;
    try {
      text = Files.readString(file(gateway), StandardCharsets.UTF_8);
    } catch (IOException notThere) {
      return Optional.empty();
    }
    int end = text.indexOf('\n');
    String[] words = end < 0 ? new String[0] : text.substring(0, end).split("\t", -1);
    if (words.length != 4 || !words[0].equals(FORMAT) || !words[2].equals(way(gateway))) {
      return Optional.empty();
    }
    String answer = text.substring(end + 1);
    return moment(words[1])
        .filter(at -> isWithin(since, at))
        .filter(at -> FactsQuery.read(words[3]).filter(asked -> asked.covers(query)).isPresent())
        .filter(at -> FactsReader.understands(answer))
        .map(at -> new Known(at, FactsReader.read(answer)));
  }

  /** A moment to come is one of a clock that was set back: nobody knows how old that is. */
  private boolean isWithin(Instant since, Instant at) {
    return !at.isBefore(since) && !at.isAfter(clock.instant());
  }

  private static Optional<Instant> moment(String word) {
    try {
      return Optional.of(Instant.parse(word));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String head(Instant at, Gateway gateway, FactsQuery query) {
    return String.join(
        "\t", FORMAT, at.toString(), way(gateway), String.join(" ", query.arguments()));
  }

  /** The same name may be another host tomorrow. */
  private static String way(Gateway gateway) {
    return "%s@%s:%d via %s"
        .formatted(
            gateway.target().user(),
            gateway.target().host(),
            gateway.target().port(),
            gateway.target().jumps());
  }

  private Path file(Gateway gateway) {
    return folder.resolve(gateway.name());
  }
}
