package dev.backstay.rollout;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Signs and verifies as {@code ssh-keygen -Y} does: whatever key a person logs in with will do,
 * also one in an agent or on a security key.
 */
public final class SshKeygen {
  /** Binds a signature to its purpose. */
  static final String NAMESPACE = "backstay-approval";

  /** A person may have to touch a security key. */
  private static final long PATIENCE_SECONDS = 120;

  private final Path approvers;

  /**
   * @param approvers people and their public keys, in the format of OpenSSH's allowed signers
   */
  public SshKeygen(Path approvers) {
    this.approvers = approvers;
  }

  /**
   * @param key private, or public where an agent holds the private one
   * @return armoured
   * @throws ProblemException {@code signing-failed}
   */
  String sign(Path key, String text) {
    Answer answer = run(List.of("-Y", "sign", "-q", "-f", key.toString(), "-n", NAMESPACE), text);
    if (answer.status() != 0) {
      throw new ProblemException(
          "signing-failed",
          key.toString(),
          "ssh-keygen did not sign: " + lastLine(answer.error()),
          "name the key you log in with: --key ~/.ssh/id_ed25519");
    }
    return answer.output();
  }

  /** Whether this person of the file of approvers made this signature over this text. */
  boolean verifies(String person, String text, String signature) {
    if (!Files.exists(approvers)) {
      throw new ProblemException(
          "no-approvers",
          approvers.toString(),
          "there is no file of approvers",
          "write one line a person: PERSON namespaces=\"%s\" KEY (see ALLOWED SIGNERS in ssh-keygen(1))"
              .formatted(NAMESPACE));
    }
    try {
      Path file = Files.createTempFile("backstay-approval", ".sig");
      try {
        Files.writeString(file, signature);
        return run(
                    List.of(
                        "-Y",
                        "verify",
                        "-f",
                        approvers.toString(),
                        "-I",
                        person,
                        "-n",
                        NAMESPACE,
                        "-s",
                        file.toString()),
                    text)
                .status()
            == 0;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw missing(e);
    }
  }

  /**
   * The public key that a signature names, in base64: one that was verified was made with it. The
   * form is that of OpenSSH's {@code PROTOCOL.sshsig}: six letters, a version, then the key.
   */
  static String keyOf(String signature) {
    ByteBuffer blob =
        ByteBuffer.wrap(
            Base64.getMimeDecoder().decode(signature.replaceAll("(?m)^-----.*$", "").strip()));
    byte[] key = new byte[blob.position("SSHSIG".length() + Integer.BYTES).getInt()];
    blob.get(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private record Answer(int status, String output, String error) {}

  private static Answer run(List<String> arguments, String input) {
    try {
      Path error = Files.createTempFile("backstay-approval", ".err");
      try {
        Process process =
            new ProcessBuilder(Stream.concat(Stream.of("ssh-keygen"), arguments.stream()).toList())
                .redirectError(error.toFile())
                .start();
        try (OutputStream in = process.getOutputStream()) {
          in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return new Answer(-1, "", "no answer in time");
        }
        return new Answer(process.exitValue(), output, Files.readString(error));
      } finally {
        Files.delete(error);
      }
    } catch (IOException e) {
      throw missing(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(-1, "", "interrupted");
    }
  }

  private static ProblemException missing(IOException e) {
    return new ProblemException(
        "no-ssh-keygen",
        "",
        "ssh-keygen cannot be run: " + e.getMessage(),
        "install OpenSSH's client programs");
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce((earlier, later) -> later).orElse("no reason given");
  }
}
