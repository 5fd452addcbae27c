package dev.backstay.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's SoftHSM with tokens of the test run's own. The module reads where they are, and which
 * there are, once in a process: so a test JVM has one set of them, made before the first is used.
 *
 * <p>Token {@code fleet} has the keys {@code vault} and {@code another key}, which nobody can read
 * out, and {@code open}, which anybody can; there are two tokens {@code twin}.
 */
public final class SoftToken {
  public static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
  public static final String PIN = "4321";

  private static final String VARIABLE = "SOFTHSM2_CONF";

  private final Path configuration;

  private SoftToken(Path configuration) {
    this.configuration = configuration;
  }

  /** Made when first asked for. */
  private static final class Made {
    static final SoftToken TOKENS = make();

    private Made() {}
  }

  public static SoftToken ofThisRun() {
    return Made.TOKENS;
  }

  private static SoftToken make() {
    try {
      Path folder = Files.createTempDirectory("backstay-tokens-");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> Programs.run("rm", "-rf", folder.toString())));
      Path tokens = Files.createDirectories(folder.resolve("tokens"));
      Path configuration =
          Files.writeString(
              folder.resolve("softhsm2.conf"),
              "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
      setenv(VARIABLE, configuration.toString());
      return new SoftToken(configuration)
          .token("fleet")
          .token("twin")
          .token("twin")
          .key("fleet", "vault", "--sensitive")
          .key("fleet", "another key", "--sensitive")
          .key("fleet", "open", "--extractable");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SoftToken token(String label) {
    run(
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        label,
        "--so-pin",
        "12345678",
        "--pin",
        PIN);
    return this;
  }

  /** An AES-256 key, as the README tells people to make one. */
  private SoftToken key(String token, String label, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("pkcs11-tool", "--module", MODULE.toString(), "--token-label", token));
    command.addAll(List.of("--login", "--pin", PIN, "--keygen", "--key-type", "AES:32"));
    command.addAll(List.of("--label", label));
    command.addAll(List.of(more));
    run(command.toArray(new String[0]));
    return this;
  }

  /** For programs of one's own. */
  public String variable() {
    return VARIABLE + "=" + configuration;
  }

  private void run(String... command) {
    List<String> whole = new ArrayList<>(List.of("env", variable()));
    whole.addAll(List.of(command));
    Programs.run(whole);
  }

  /**
   * Java's own copy of the environment cannot be changed; the C library's, which counts here, can.
   */
  private static void setenv(String name, String value) {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      int overwrite = 1;
      int done =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().find("setenv").orElseThrow(),
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT))
                  .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), overwrite);
      if (done != 0) {
        throw new AssertionError("setenv");
      }
    } catch (AssertionError known) {
      throw known;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
