package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import dev.backstay.wireguard.PublicKey;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of event there is, also one that is added tomorrow: values are made up by type. */
final class EventTest {
  private static final String ODD = "ü \"quoted\" \\ \t\n\u2028 end";

  private static final AtomicInteger KEYS = new AtomicInteger();

  @TempDir private Path folder;

  static Stream<Class<?>> kinds() {
    return Arrays.stream(Event.class.getPermittedSubclasses());
  }

  private static Event made(Class<?> kind, boolean full) {
    return (Event) value(kind, full);
  }

  /**
   * @param full with something in everything that may be empty
   */
  private static Object value(Type type, boolean full) {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      Class<?> raw = (Class<?>) generic.getRawType();
      if (raw == List.class) {
        return full ? List.of(value(of[0], true), value(of[0], true)) : List.of();
      }
      if (raw == Map.class) {
        return full ? Map.of(value(of[0], true), value(of[1], true)) : Map.of();
      }
      if (raw == Optional.class) {
        return full ? Optional.of(value(of[0], true)) : Optional.empty();
      }
    } else if (type instanceof Class<?> plain) {
      if (plain == String.class) {
        return full ? ODD : "";
      }
      if (plain == long.class || plain == Long.class) {
        return full ? Long.MAX_VALUE : 0L;
      }
      if (plain == int.class || plain == Integer.class) {
        return full ? Integer.MIN_VALUE : 0;
      }
      if (plain == double.class || plain == Double.class) {
        return full ? 1795542905.123456 : 0.0;
      }
      if (plain == boolean.class) {
        return full;
      }
      if (plain == Instant.class) {
        return full ? Instant.parse("2026-11-25T12:00:00.123456789Z") : Instant.EPOCH;
      }
      if (plain == PublicKey.class) {
        byte[] key = new byte[32];
        key[0] = (byte) KEYS.incrementAndGet();
        return new PublicKey(Base64.getEncoder().encodeToString(key));
      }
      if (plain.isEnum()) {
        Object[] all = plain.getEnumConstants();
        return full ? all[all.length - 1] : all[0];
      }
      if (plain.isRecord()) {
        return record(plain, full);
      }
    }
    throw new AssertionError("this test does not know how to make up a " + type);
  }

  private static Object record(Class<?> kind, boolean full) {
    RecordComponent[] parts = kind.getRecordComponents();
    try {
      var constructor =
          kind.getDeclaredConstructor(
              Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(
          Arrays.stream(parts).map(part -> value(part.getGenericType(), full)).toArray());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** As the first of a journal that this version reads. */
  private static Event readable(Event event) {
    return event instanceof Event.Started s
        ? new Event.Started(
            Journal.FORMAT, s.rollout(), s.playbook(), s.plan(), s.waves(), s.epoch(), s.by())
        : event;
  }

  private Path written(List<Event> events) {
    try {
      Path file = Files.createTempDirectory(folder, "journal").resolve("journal.jsonl");
      try (Journal journal = Journal.create(file, Clock.systemUTC(), line -> {})) {
        events.forEach(journal::append);
      }
      return file;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_of_event_comes_back_from_a_journal_as_it_went_in(Class<?> kind) {
    for (boolean full : new boolean[] {true, false}) {
      Event event = readable(made(kind, full));
      assertThat(Journal.read(written(List.of(event))))
          .extracting(JournalLine::body)
          .containsExactly(event);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_of_event_has_a_name_of_its_own_in_the_journal(Class<?> kind) throws IOException {
    String line = Files.readString(written(List.of(readable(made(kind, true)))));
    assertThat(line).containsPattern("\"event\":\"[a-z-]+\"");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_of_event_is_folded_also_of_a_gateway_that_the_rollout_does_not_have(
      Class<?> kind) {
    for (boolean full : new boolean[] {true, false}) {
      RolloutState state = new RolloutState();
      state.accept(new JournalLine(1, Instant.EPOCH, "", made(kind, full)));
      assertThat(state.any(dev.backstay.transaction.Ending.CONFIRMED)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void what_is_told_of_an_event_is_one_line_without_a_format_left_in_it(Class<?> kind) {
    assertThat(Sentences.of(made(kind, false)).orElse("nothing"))
        .doesNotContain("%s", "%d", "null")
        .isNotBlank();
  }

  @Test
  void an_event_that_this_version_does_not_know_is_refused() throws IOException {
    Path file = written(List.of(made(Event.WaveStarted.class, false)));
    Files.writeString(file, Files.readString(file).replace("wave-started", "wave-danced"));
    assertThatThrownBy(() -> Journal.read(file))
        .hasMessageContaining("journal.jsonl:1: this line is not the one that was written here");
  }

  @Test
  void a_field_that_this_version_does_not_know_is_refused() throws IOException {
    Path file = written(List.of(made(Event.WaveStarted.class, false)));
    Files.writeString(file, Files.readString(file).replace("\"wave\":0", "\"wave\":0,\"soon\":1"));
    assertThatThrownBy(() -> Journal.read(file)).hasMessageContaining("journal.jsonl:1");
  }

  /** A rollout that an older version began can be read, reported and taken back. */
  @Test
  void what_format_1_did_not_have_is_read_as_empty() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    Files.writeString(
        file,
        """
        {"seq":1,"time":"2026-11-25T12:00:00Z","previous":"%s","body":{"event":"judged","gateway":"gw1","verdict":"fail",\
        "reasons":["2 of 20"],"counts":{"failed":2},\
        "missing":[{"network":"wg0","peer":"KEY","endpoint":"198.18.0.21:40001","state":"failed"}]}}
        """
            .formatted(Journal.FIRST));
    assertThat(Journal.read(file))
        .extracting(JournalLine::body)
        .containsExactly(
            new Event.Judged(
                "gw1",
                "fail",
                List.of("2 of 20"),
                Map.of("failed", 2),
                List.of(
                    new Event.Missing(
                        "wg0", "KEY", "198.18.0.21:40001", "failed", Optional.empty(), "", "")),
                List.of(),
                List.of()));
  }

  @Test
  void a_journal_of_a_later_version_is_told_as_that_even_if_each_line_could_be_read() {
    Event.Started begun = (Event.Started) made(Event.Started.class, false);
    Path file =
        written(
            List.of(
                new Event.Started(
                    Journal.FORMAT + 1,
                    begun.rollout(),
                    begun.playbook(),
                    begun.plan(),
                    begun.waves(),
                    begun.epoch(),
                    begun.by()),
                made(Event.WaveStarted.class, false)));
    assertThatThrownBy(() -> Journal.read(file))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("this journal has format 3, and this Backstay knows up to 2");
    assertThatThrownBy(() -> Journal.reopen(file, Clock.systemUTC(), line -> {}))
        .hasMessageContaining("this journal has format 3");
  }

  @Test
  void a_journal_goes_on_behind_a_torn_line_and_the_chain_holds() throws IOException {
    List<Event> all = new ArrayList<>();
    kinds().forEach(kind -> all.add(readable(made(kind, true))));
    Path file = written(all);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 20));
    Event last = new Event.Held("somebody", Optional.empty());
    List<Long> heard = new ArrayList<>();
    try (Journal journal = Journal.reopen(file, Clock.systemUTC(), line -> heard.add(line.seq()))) {
      journal.append(last);
    }
    all.set(all.size() - 1, last);
    assertThat(Journal.read(file)).extracting(JournalLine::body).isEqualTo(all);
    assertThat(heard).hasSize(all.size()).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void a_gateway_as_it_was_goes_through_the_journal_and_is_the_same_to_a_judge() {
    for (boolean full : new boolean[] {true, false}) {
      Then then = (Then) value(Then.class, full);
      assertThat(Then.of(Then.of(then.before()).before())).isEqualTo(Then.of(then.before()));
    }
  }
}
