package dev.backstay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@code src/bench/fuzz} begins with, and a few hundred accidents to each of it: a parser
 * gives a value or its own refusal, and nothing else. The folders have the names of their targets.
 */
final class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final long SEED = 20_261_130;
  private static final int ACCIDENTS = 300;

  @TestFactory
  Stream<DynamicTest> everySeedIsReadOrRefused() throws IOException {
    return targets().stream()
        .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> run(folder)));
  }

  private static List<Path> targets() throws IOException {
    try (Stream<Path> folders = Files.list(CORPUS)) {
      return folders.sorted().toList();
    }
  }

  private static void run(Path folder) throws ReflectiveOperationException, IOException {
    Method target =
        Class.forName(folder.getFileName().toString())
            .getMethod("fuzzerTestOneInput", byte[].class);
    Random random = new Random(SEED);
    try (Stream<Path> seeds = Files.list(folder)) {
      List<Path> all = seeds.sorted().toList();
      assertThat(all).isNotEmpty();
      for (Path seed : all) {
        byte[] whole = Files.readAllBytes(seed);
        feed(target, seed, whole);
        for (int i = 0; i < ACCIDENTS; i++) {
          feed(target, seed, accident(whole, random));
        }
      }
    }
  }

  /** Cut off, or with a few bytes that are others, missing or twice there. */
  private static byte[] accident(byte[] whole, Random random) {
    int at = random.nextInt(whole.length);
    int length = Math.min(whole.length - at, 1 + random.nextInt(12));
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(whole, at);
      case 1 -> joined(whole, at, new byte[0], at + length);
      case 2 -> joined(whole, at, Arrays.copyOfRange(whole, at, at + length), at);
      default -> {
        byte[] other = new byte[length];
        random.nextBytes(other);
        yield joined(whole, at, other, at + length);
      }
    };
  }

  private static byte[] joined(byte[] whole, int until, byte[] between, int from) {
    byte[] out = Arrays.copyOf(whole, until + between.length + whole.length - from);
    System.arraycopy(between, 0, out, until, between.length);
    System.arraycopy(whole, from, out, until + between.length, whole.length - from);
    return out;
  }

  private static void feed(Method target, Path seed, byte[] input) throws IllegalAccessException {
    try {
      target.invoke(null, (Object) input);
    } catch (InvocationTargetException thrown) {
      throw new AssertionError(
          "seed %d, %s as %s".formatted(SEED, seed, Arrays.toString(input)), thrown.getCause());
    }
  }
}
