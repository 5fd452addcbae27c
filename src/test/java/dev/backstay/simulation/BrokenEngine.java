package dev.backstay.simulation;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The product with one place of its source text made wrong, beside the right one in the same
 * process: compiled from the text, and loaded by a loader of its own.
 */
final class BrokenEngine implements AutoCloseable {
  private static final Path SOURCES = Path.of("src/main/java/dev/backstay");

  /**
   * One thing that is wrong.
   *
   * @param file below {@code dev/backstay}
   * @param right text that is there once
   * @param wrong what stands there instead
   */
  record Sabotage(String file, String right, String wrong) {
    String text() {
      String source = read(SOURCES.resolve(file));
      int at = source.indexOf(right);
      if (at < 0 || source.indexOf(right, at + 1) >= 0) {
        throw new IllegalArgumentException("not exactly once in " + file + ": " + right);
      }
      return source.replace(right, wrong);
    }
  }

  private final Loader loader;

  private BrokenEngine(Loader loader) {
    this.loader = loader;
  }

  /**
   * @param classes an empty folder
   */
  static BrokenEngine with(Sabotage sabotage, Path classes) {
    compile(sabotage, classes);
    return new BrokenEngine(
        new Loader(new URL[] {url(classes), codeOf(Simulation.class), codeOf(BrokenEngine.class)}));
  }

  /** The right one, loaded in the same way. */
  static BrokenEngine withNothingWrong() {
    return new BrokenEngine(
        new Loader(new URL[] {codeOf(Simulation.class), codeOf(BrokenEngine.class)}));
  }

  /**
   * Draws one trial after another until a law is broken.
   *
   * @return the laws that were broken; none if none was in all of them
   */
  @SuppressWarnings("unchecked")
  List<String> brokenLaws(int trials, Path folder) throws ReflectiveOperationException {
    var run =
        loader
            .loadClass(BrokenEngine.class.getName())
            .getDeclaredMethod("draw", int.class, Path.class);
    run.setAccessible(true);
    return (List<String>) run.invoke(null, trials, folder);
  }

  /** In that other world. */
  static List<String> draw(int trials, Path folder) {
    for (int seed = 1; seed <= trials; seed++) {
      Trial.Outcome outcome = new DrawTrial(seed, folder).draw().run();
      Fixture.empty(folder);
      List<String> broken = Laws.brokenBy(outcome);
      if (!broken.isEmpty()) {
        int of = seed;
        return broken.stream().map(law -> "seed %d: %s".formatted(of, law)).toList();
      }
    }
    return List.of();
  }

  private static void compile(Sabotage sabotage, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean good =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-nowarn",
                      "-d",
                      classes.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  List.of(new Text(sabotage)))
              .call();
      if (!good) {
        throw new IllegalArgumentException(said.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(Sabotage sabotage) {
      super(URI.create("string:///dev/backstay/" + sabotage.file()), JavaFileObject.Kind.SOURCE);
      this.text = sabotage.text();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Has classes of the product of its own, and shares everything else. */
  private static final class Loader extends URLClassLoader {
    Loader(URL[] urls) {
      super(urls, BrokenEngine.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("dev.backstay.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }
  }

  private static URL codeOf(Class<?> of) {
    return of.getProtectionDomain().getCodeSource().getLocation();
  }

  private static URL url(Path folder) {
    try {
      return folder.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
