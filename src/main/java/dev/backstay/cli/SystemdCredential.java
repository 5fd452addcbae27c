package dev.backstay.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A credential of systemd. A service finds it decrypted in {@code $CREDENTIALS_DIRECTORY}, in
 * memory that is never swapped; anywhere else {@code systemd-creds} decrypts the file, with the
 * machine's key or its TPM.
 */
record SystemdCredential(Map<String, String> environment) {
  private static final String PROGRAM = "systemd-creds";
  // A TPM takes seconds; who asks a person for a PIN has the terminal to do it.
  private static final long PATIENCE_SECONDS = 60;

  /**
   * @param name of the credential, or of a file
   * @param longest in bytes
   * @return the caller wipes it
   * @throws dev.backstay.problem.ProblemException {@code credential-missing}, {@code
   *     credential-refused}
   */
  byte[] read(String name, int longest) {
    Optional<Path> given =
        Optional.ofNullable(environment.get("CREDENTIALS_DIRECTORY")).map(Path::of);
    try {
      if (given.isPresent() && !name.contains("/")) {
        Path file = given.get().resolve(name);
        if (Files.isRegularFile(file)) {
          return bounded(name, Files.newInputStream(file), longest);
        }
      }
      Path file = Path.of(name);
      if (!Files.isRegularFile(file)) {
        throw IdentityProblems.credentialMissing(
            name,
            given.isPresent()
                ? "the service was given no such credential, and there is no such file"
                : "CREDENTIALS_DIRECTORY is not set, and there is no such file");
      }
      return decrypted(file, longest);
    } catch (IOException failed) {
      throw IdentityProblems.credentialMissing(
          name, "the credential cannot be read: " + failed.getClass().getSimpleName());
    }
  }

  private byte[] decrypted(Path file, int longest) throws IOException {
    Path program =
        program()
            .orElseThrow(() ->
                IdentityProblems.credentialMissing(
                    file.toString(), PROGRAM + " is not installed, so nothing can decrypt it"));
    Path said = Files.createTempFile("backstay-", ".said");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(program.toString(), "decrypt", file.toString(), "-")
              .redirectError(said.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      byte[] plain = bounded(file.toString(), process.getInputStream(), longest);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        Arrays.fill(plain, (byte) 0);
        throw IdentityProblems.credentialRefused(file.toString(), "it does not come to an end");
      }
      if (process.exitValue() != 0) {
        Arrays.fill(plain, (byte) 0);
        List<String> lines = Files.readAllLines(said, StandardCharsets.UTF_8);
        throw IdentityProblems.credentialRefused(
            file.toString(), lines.isEmpty() ? "it says nothing" : lines.getLast());
      }
      return plain;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw IdentityProblems.credentialRefused(file.toString(), "it was interrupted");
    } finally {
      Files.delete(said);
    }
  }

  private static byte[] bounded(String name, InputStream in, int longest) throws IOException {
    byte[] bytes = new byte[longest + 1];
    try (in) {
      int size = in.readNBytes(bytes, 0, bytes.length);
      if (size > longest) {
        throw IdentityProblems.credentialMissing(
            name, "it is longer than %d bytes, so it is no identity".formatted(longest));
      }
      return Arrays.copyOf(bytes, size);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private Optional<Path> program() {
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
