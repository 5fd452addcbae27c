package dev.backstay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The model of a gateway against the programs themselves: the same orders, in drawn sequences, get
 * the same answers and leave the same state. Without this a simulation would prove nothing.
 */
final class ConformanceTest {
  private static final int ORDERS = 16;

  /** Uptimes that the engine reads. */
  private static final Set<String> MARKS =
      Set.of("cut-begin", "cut-end", "install-begin", "revert-begin", "revert-cut-begin");

  @TestFactory
  Stream<DynamicTest> theModelAnswersAsTheProgramsDo() {
    return sequences(1, 5, "dash");
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> theModelAnswersAsTheProgramsDoInManySequences() {
    return Stream.concat(sequences(100, 120, "dash"), sequences(1000, 40, "busybox"));
  }

  private static Stream<DynamicTest> sequences(long first, int count, String shell) {
    return LongStream.range(first, first + count)
        .mapToObj(seed ->
            DynamicTest.dynamicTest("seed %d, %s".formatted(seed, shell), () -> hold(seed, shell)));
  }

  private static void hold(long seed, String shell) {
    try (StubGateway real = new StubGateway(shell)) {
      VirtualTime.run(
          seed,
          world -> {
            Machine model = model(world, seed);
            Random random = new Random(seed);
            List<String> told = new ArrayList<>();
            for (int i = 0; i < ORDERS; i++) {
              Order order = Order.draw(model, random);
              told.add(order.shell());
              Answer modelled = answer(model, order);
              StubGateway.Said said = real.tell(order.shell());
              String story = "seed %d, after:%n%s".formatted(seed, String.join("\n", told));
              assertThat(Order.state(model)).as(story).isEqualTo(said.state());
              assertThat(modelled.status()).as(story).isEqualTo(said.status());
              assertThat(comparable(modelled.output()))
                  .as(story)
                  .isEqualTo(comparable(said.output()));
              assertThat(sentence(modelled.error())).as(story).isEqualTo(sentence(said.error()));
            }
            return true;
          });
    }
  }

  private static Machine model(VirtualProcess world, long seed) {
    Fate broken =
        new Fate() {
          @Override
          public boolean loads(String gateway, String module) {
            return !module.contains("broken");
          }

          @Override
          public Client.Behaviour behaviour(String gateway, int client, String module, int cut) {
            return Client.Behaviour.WORKS;
          }
        };
    Machine machine =
        new Machine(
            "gw",
            world,
            new Random(seed),
            new Witness(),
            broken,
            Outfit.of(Map.of("m", "1.0")),
            Outfit.of(Map.of("m", "1.1")),
            Map.of("m", Set.of("1.0", "1.1", "1.2", "broken")),
            List.of(),
            false);
    machine.programs.addAll(List.of("deadman", "change", "wgstate"));
    machine.unitsInstalled = true;
    return machine;
  }

  private static Answer answer(Machine machine, Order order) {
    List<Answer> answers = new ArrayList<>();
    machine.alone(() -> {
      try {
        answers.add(Answer.of(order.model().apply(machine)));
      } catch (Answer.Refusal refusal) {
        answers.add(refusal.answer(""));
      }
    });
    return answers.getFirst();
  }

  /** Without times, and of what the programs tell only what the engine reads. */
  private static String comparable(String output) {
    return output
        .lines()
        .filter(line -> !line.startsWith("journal\t"))
        .map(ConformanceTest::withoutTimes)
        .collect(Collectors.joining("\n"));
  }

  private static String withoutTimes(String line) {
    if (line.contains("\trunning=")) {
      Set<String> kept = new TreeSet<>();
      for (String word : line.split("\t", -1)) {
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        boolean mark = MARKS.contains(name);
        boolean other = !name.contains("-") || !word.contains("=");
        if (mark) {
          kept.add(name);
        } else if (other) {
          kept.add(word);
        }
      }
      return String.join(" ", kept);
    }
    boolean timed =
        line.startsWith("armed\t")
            || line.startsWith("renewed\t")
            || line.startsWith("remaining\t");
    return timed ? line.substring(0, line.indexOf('\t')) : line;
  }

  private static String sentence(String error) {
    return error.strip().replaceFirst("^[a-z]*: ", "");
  }
}
