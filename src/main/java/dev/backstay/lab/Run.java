package dev.backstay.lab;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * What is remembered of a lab while it runs, so that another process can find it.
 *
 * @param supervisor process id of the supervisor, in the world outside the lab
 * @param started the supervisor's start in clock ticks since boot; a number used again for another
 *     process is told by it
 * @param directory where the access files are
 */
record Run(
    long supervisor,
    long started,
    Kernel kernel,
    int gateways,
    int clientsPerGateway,
    boolean pair,
    Path directory) {
  void save(Path file) {
    Properties text = new Properties();
    text.setProperty("supervisor", Long.toString(supervisor));
    text.setProperty("started", Long.toString(started));
    text.setProperty("kernel", kernel.word());
    text.setProperty("gateways", Integer.toString(gateways));
    text.setProperty("clients", Integer.toString(clientsPerGateway));
    text.setProperty("pair", Boolean.toString(pair));
    text.setProperty("directory", directory.toString());
    try {
      StringWriter out = new StringWriter();
      text.store(out, null);
      PrivateFiles.write(file, out.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty when there is none, or when it was cut short by a kill. */
  static Optional<Run> load(Path file) {
    try {
      Properties text = new Properties();
      text.load(new StringReader(Files.readString(file)));
      return Optional.of(
          new Run(
              Long.parseLong(text.getProperty("supervisor", "")),
              Long.parseLong(text.getProperty("started", "")),
              Kernel.of(text.getProperty("kernel", "")),
              Integer.parseInt(text.getProperty("gateways", "")),
              Integer.parseInt(text.getProperty("clients", "")),
              Boolean.parseBoolean(text.getProperty("pair", "")),
              Path.of(text.getProperty("directory", ""))));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
