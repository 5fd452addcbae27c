package dev.backstay.testing;

import dev.backstay.lab.Kernel;
import dev.backstay.lab.Lab;
import dev.backstay.lab.LabOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the lab, brought up once for the whole run and ended with it. A test takes {@link
 * Lab} as a parameter and is tagged {@code lab}.
 *
 * <p>Two ways to run:
 *
 * <ul>
 *   <li>The test JVM is outside (an IDE, {@code mvn test}): a lab of the run's own is brought up
 *       beside the one a person may have. Commands reach its hosts through {@link Lab#command};
 *       sockets of the JVM do not. The lab ends when the JVM does, even by kill.
 *   <li>The test JVM is inside a lab ({@code backstay lab up}, then {@code backstay lab exec mvn
 *       test …}): that lab is used and left up.
 * </ul>
 *
 * The kernel is the system property {@code backstay.lab.kernel}, or the lab's usual one.
 */
public final class LabExtension implements BeforeAllCallback, ParameterResolver {
  private static final Namespace SHARED = Namespace.create(LabExtension.class);

  /** The kernel that tests boot. */
  public static Kernel kernel(Lab lab) {
    String word = System.getProperty("backstay.lab.kernel", "");
    return word.isEmpty() ? lab.usualKernel() : Kernel.of(word);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    lab(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(Lab.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return lab(context);
  }

  private static Lab lab(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SHARED)
        .getOrComputeIfAbsent("lab", key -> SharedLab.open(), SharedLab.class)
        .lab();
  }

  /** Closed by JUnit when the run ends. */
  private record SharedLab(Lab lab, boolean ours) implements AutoCloseable {
    static SharedLab open() {
      if (Lab.isInside()) {
        return new SharedLab(Lab.ofThisProcess(), false);
      }
      Path folder = temporary();
      Lab lab = Lab.at(folder.resolve("run"));
      try {
        lab.up(
            LabOptions.of(kernel(lab))
                .in(folder.resolve("access"))
                .within(Duration.ofMinutes(10))
                .endingWithThisProcess(),
            System.out::println);
      } catch (RuntimeException e) {
        folder.toFile().delete(); // empty, as a lab that did not come up leaves nothing
        throw e;
      }
      return new SharedLab(lab, true);
    }

    private static Path temporary() {
      try {
        return Files.createTempDirectory("backstay-lab-test");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      if (ours) {
        Path folder = lab.directory().map(Path::getParent).orElseThrow();
        lab.down();
        Files.deleteIfExists(folder);
      }
    }
  }
}
